package io.busbar.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Asks an admin port, and holds every answer against openapi.yaml. */
final class ContractClient {
  private final AdminClient admin;
  private final OpenAPIContract contract;
  private final ResponseValidator validator;
  private final Set<String> asked = new HashSet<>();

  ContractClient(TestGateway gateway) {
    this.admin = new AdminClient(gateway.adminPort());
    this.contract = TestGateway.await(OpenAPIContract.from(gateway.vertx(), "openapi.yaml"));
    this.validator = ResponseValidator.create(gateway.vertx(), contract);
  }

  /** Null for an answer that is not JSON. */
  JsonObject checked(int status, String method, String path, String body, String... headers) {
    return sent(status, method, path, body == null ? null : body.getBytes(UTF_8), headers);
  }

  /** The same with any body. */
  JsonObject sent(int status, String method, String path, byte[] body, String... headers) {
    HttpResponse<String> answer = admin.send(method, path, body, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    String plain = path.replaceAll("\\?.*", "");
    Operation operation = contract.findOperation(plain, HttpMethod.valueOf(method));
    assertThat(operation).as(plain).isNotNull();
    asked.add(operation.getOperationId());
    String type = answer.headers().firstValue("Content-Type").orElseThrow().replaceAll(";.*", "");
    if (!type.equals("application/json")) {
      // The validator reads JSON alone; of the rest the contract says no more than the type.
      assertThat(operation.getResponse(status).getContent()).containsKey(type);
      return null;
    }
    TestGateway.await(
        validator.validate(
            ValidatableResponse.create(status, Buffer.buffer(answer.body()), type),
            operation.getOperationId()));
    return new JsonObject(answer.body());
  }

  /** An operation that the contract has and no test asks for is not proven. */
  void allWereAsked(Predicate<String> paths) {
    assertThat(asked)
        .containsExactlyInAnyOrderElementsOf(
            contract.operations().stream()
                .filter(operation -> paths.test(operation.getOpenAPIPath()))
                .map(Operation::getOperationId)
                .toList());
  }
}
