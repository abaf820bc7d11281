package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Load balancers and supervisors get the right status of a node. */
final class HealthTest {
  private TestGateway gateway;
  private AdminClient admin;

  @BeforeEach
  void start() {
    gateway = TestGateway.start("event-loops=3");
    admin = new AdminClient(gateway.adminPort());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static JsonObject check(HttpResponse<String> answer, String id) {
    JsonArray checks = new JsonObject(answer.body()).getJsonArray("checks");
    return checks.stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void replyWith(String address, JsonObject status) {
    MessageConsumer<Object> consumer =
        gateway.bus().localConsumer(address, message -> message.reply(status));
    TestGateway.await(consumer.completion());
  }

  @Test
  void healthyNodeIsLiveAndReady() {
    assertThat(admin.get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = admin.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(ready.body()).getString("outcome")).isEqualTo("UP");
    assertThat(check(ready, "event-loops").getJsonObject("data").getInteger("loops")).isEqualTo(3);
    assertThat(check(ready, "bus").getString("status")).isEqualTo("UP");
    assertThat(check(ready, "cluster").getJsonObject("data").getBoolean("clustered")).isFalse();
  }

  @Test
  void drainingNodeIsLiveAndNotReady() {
    gateway.readiness().draining();
    HttpResponse<String> ready = admin.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(check(ready, "draining").getString("status")).isEqualTo("DOWN");
    assertThat(admin.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void unhealthyClusterIsNotReadyAndGivesTheReason() {
    replyWith(
        ComponentStatus.CLUSTER,
        new JsonObject().put("healthy", false).put("reason", "cut off").put("members", null));
    HttpResponse<String> ready = admin.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(check(ready, "cluster").getJsonObject("data").getString("reason"))
        .isEqualTo("cut off");
  }

  @Test
  void clusterThatDoesNotAnswerIsNotReady() {
    TestGateway.await(
        gateway.bus().localConsumer(ComponentStatus.CLUSTER, message -> {}).completion());
    assertThat(admin.get("/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void lostRabbitMqIsReportedAndTheNodeStaysReady() {
    replyWith(
        ComponentStatus.RABBITMQ, new JsonObject().put("connected", false).put("uri", "amqp://h"));
    HttpResponse<String> ready = admin.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(check(ready, "rabbitmq").getJsonObject("data").getBoolean("degraded")).isTrue();
  }
}
