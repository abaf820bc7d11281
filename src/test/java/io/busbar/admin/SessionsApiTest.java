package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Operators find a session, see its subscriptions, and end it. */
final class SessionsApiTest {
  private static TestGateway gateway;
  private static ContractClient admin;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start("event-loops=2");
    admin = new ContractClient(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static List<JsonObject> find(String query) {
    JsonArray found =
        admin.checked(200, "GET", "/api/sessions" + query, null).getJsonArray("sessions");
    return found.stream().map(JsonObject.class::cast).toList();
  }

  private static JsonObject awaitOne(String query) {
    await().atMost(Duration.ofSeconds(20)).until(() -> find(query).size() == 1);
    return find(query).get(0);
  }

  private static JsonObject describe(String id) {
    return admin.checked(200, "GET", "/api/sessions/" + id, null);
  }

  private static BridgeListener demo() {
    String basic = Base64.getEncoder().encodeToString("demo:demo".getBytes(StandardCharsets.UTF_8));
    return new BridgeListener(
        gateway.vertx(), gateway.httpPort(), "Authorization", "Basic " + basic);
  }

  @Test
  void sessionsAreFoundByTheirProperties() {
    BridgeListener client = demo();
    String id = awaitOne("?user=demo").getString("id");
    assertThat(awaitOne("?id=" + id.substring(0, 20)).getString("user")).isEqualTo("demo");
    assertThat(awaitOne("?user=demo&address=127.0&protocol=bridge").getString("id")).isEqualTo(id);
    assertThat(find("?user=demo&address=10.")).isEmpty();
    assertThat(find("?user=demo&id=x")).isEmpty();
    assertThat(find("?user=dem")).isEmpty();
    client.close();
  }

  @Test
  void sessionReportsItsSubscriptions() {
    BridgeListener client = demo();
    client.say("register", "public.b").say("register", "public.a");
    String id = awaitOne("?user=demo").getString("id");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> describe(id).getJsonArray("heard").size() == 2);
    JsonObject session = describe(id);
    assertThat(session.getJsonArray("heard"))
        .isEqualTo(new JsonArray().add(subscription("public.a")).add(subscription("public.b")));
    assertThat(session.getString("protocol")).isEqualTo("bridge");
    assertThat(session.getInteger("subscriptions")).isEqualTo(2);
    assertThat(session.getJsonArray("queues")).isEmpty();
    assertThat(session.getInteger("outboxMessages")).isZero();
    assertThat(session.getBoolean("heldBack")).isFalse();
    client.close();
  }

  private static JsonObject subscription(String address) {
    return new JsonObject().put("address", address).put("pattern", false).put("filtered", false);
  }

  @Test
  void sessionReportsItsStompQueues() {
    NetSocket stomp =
        TestGateway.await(
            gateway.vertx().createNetClient().connect(gateway.stompPort(), "127.0.0.1"));
    stomp.write("CONNECT\naccept-version:1.2\nhost:a\n\n\0");
    stomp.write("SUBSCRIBE\nid:1\ndestination:/queue/public.x\nack:client\n\n\0");
    stomp.write("SEND\ndestination:/queue/public.x\n\nhello\0");
    String id = awaitOne("?protocol=stomp").getString("id");
    JsonObject expected =
        new JsonObject()
            .put("address", "public.x")
            .put("acknowledged", true)
            .put("unacknowledged", 1);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> describe(id).getJsonArray("queues").equals(new JsonArray().add(expected)));
    TestGateway.await(stomp.close());
  }

  @Test
  void endedSessionIsClosedAndNotFound() throws Exception {
    BridgeListener ended = demo();
    String id = awaitOne("?user=demo").getString("id");
    BridgeListener other = new BridgeListener(gateway);
    assertThat(admin.checked(200, "DELETE", "/api/sessions/" + id, null).getString("ended"))
        .isEqualTo(id);
    assertThat(ended.closeCode().get(30, TimeUnit.SECONDS)).isEqualTo(4403);
    await().atMost(Duration.ofSeconds(20)).until(() -> find("?user=demo").isEmpty());
    String error = "no session of this node has the id " + id;
    assertThat(admin.checked(404, "DELETE", "/api/sessions/" + id, null).getString("error"))
        .isEqualTo(error);
    assertThat(admin.checked(404, "GET", "/api/sessions/" + id, null).getString("error"))
        .isEqualTo(error);
    assertThat(other.closeCode()).isNotDone();
    other.close();
  }
}
