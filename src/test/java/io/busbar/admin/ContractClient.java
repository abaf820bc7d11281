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

/** A client of an admin port that checks every answer with openapi.yaml. Used by one thread. */
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

  /** Sends a request, checks the answer and returns it; null if it is not JSON. */
  JsonObject checked(int status, String method, String path, String body, String... headers) {
    return sent(status, method, path, body == null ? null : body.getBytes(UTF_8), headers);
  }

  /** Does the same with a body of bytes. */
  JsonObject sent(int status, String method, String path, byte[] body, String... headers) {
    HttpResponse<String> answer = admin.send(method, path, body, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    String plain = path.replaceAll("\\?.*", "");
    Operation operation = contract.findOperation(plain, HttpMethod.valueOf(method));
    assertThat(operation).as(plain).isNotNull();
    asked.add(operation.getOperationId());
    String type = answer.headers().firstValue("Content-Type").orElseThrow().replaceAll(";.*", "");
    if (!type.equals("application/json")) {
      // The validator reads only JSON, and of other answers the contract has only the type.
      assertThat(operation.getResponse(status).getContent()).containsKey(type);
      return null;
    }
    TestGateway.await(
        validator.validate(
            ValidatableResponse.create(status, Buffer.buffer(answer.body()), type),
            operation.getOperationId()));
    return new JsonObject(answer.body());
  }

  /** Fails if the contract has an operation on such a path that no test has used. */
  void allWereAsked(Predicate<String> paths) {
    assertThat(asked)
        .containsExactlyInAnyOrderElementsOf(
            contract.operations().stream()
                .filter(operation -> paths.test(operation.getOpenAPIPath()))
                .map(Operation::getOperationId)
                .toList());
  }
}
