package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The chat over Pusher and HTTP, in a cluster of gateways with the default config. */
final class PusherChatTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String AGAIN =
      "{\"error\":{\"code\":410,\"message\":\"you are not logged in any more: log in again\"}}";

  private final TestCluster cluster = new TestCluster();
  private final List<PusherClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(PusherClient::close);
    cluster.close();
  }

  /** Connects a client that listens to the room. */
  private PusherClient listener(TestGateway gateway) {
    PusherClient client = PusherClient.to(gateway.httpPort(), "/app/chat-demo?protocol=7");
    clients.add(client);
    client.data("pusher:connection_established");
    client.subscribe("chat");
    return client;
  }

  private static String nextMessage(PusherClient client, String event) {
    JsonObject received = client.next(event);
    assertThat(received.getString("channel")).isEqualTo("chat");
    return new JsonObject(received.getString("data")).getString("message");
  }

  private static String post(TestGateway gateway, String path, JsonObject body) throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer =
          http.send("POST", path, body.encode(), "Content-Type: application/json").answer();
      return answer.status() + " " + answer.body();
    }
  }

  private static String login(TestGateway gateway, String nickname, String socket)
      throws IOException {
    JsonObject body = new JsonObject().put("nickname", nickname);
    String answer = post(gateway, "/login", socket == null ? body : body.put("socket_id", socket));
    assertThat(answer).startsWith("200 ");
    return new JsonObject(answer.substring(4)).getString("id");
  }

  private static JsonObject says(String id, String message) {
    return new JsonObject().put("id", id).put("message", message);
  }

  @Test
  void requestMayGoToAnyNodeUntilTheClientsNodeDies() throws Exception {
    TestGateway one = cluster.startHere();
    TestGateway two = cluster.startHere();
    PusherClient room = listener(two);
    String ann = login(one, "Ann", null);
    assertThat(nextMessage(room, "notification")).isEqualTo("Ann has connected");

    assertThat(post(two, "/chat", says(ann, "hello"))).isEqualTo("200 {}");
    assertThat(nextMessage(room, "message")).isEqualTo("hello");
    JsonObject anna = new JsonObject().put("id", ann).put("nickname", "Anna");
    assertThat(post(two, "/nickname", anna)).isEqualTo("200 " + anna.encode());
    assertThat(nextMessage(room, "nickname")).isEqualTo("Client Ann changed to Anna");
    assertThat(post(two, "/chat", says(ann, " ")))
        .isEqualTo(
            "400 {\"error\":{\"code\":400,\"message\":\"a chat message must not be empty\"}}");
    assertThat(post(two, "/login", new JsonObject().put("nickname", "ANNA")))
        .isEqualTo("409 {\"error\":{\"code\":409,\"message\":\"the nickname ANNA is taken\"}}");

    one.die();
    await()
        .atMost(PATIENCE)
        .until(() -> post(two, "/chat", says(ann, "still")).equals("410 " + AGAIN));
    String again = login(two, "Anna", null);
    assertThat(nextMessage(room, "notification")).isEqualTo("Anna has connected");
    assertThat(post(two, "/chat", says(again, "back"))).isEqualTo("200 {}");
    assertThat(nextMessage(room, "message")).isEqualTo("back");
  }

  @Test
  void userLeavesWhenItsConnectionToAnotherNodeEnds() throws Exception {
    TestGateway one = cluster.startHere();
    TestGateway two = cluster.startHere();
    PusherClient room = listener(one);
    PusherClient page = PusherClient.to(two.httpPort(), "/app/chat-demo?protocol=7");
    String socket = page.data("pusher:connection_established").getString("socket_id");
    String ann = login(one, "Ann", socket);
    assertThat(nextMessage(room, "notification")).isEqualTo("Ann has connected");
    page.close();
    assertThat(nextMessage(room, "notification")).isEqualTo("Ann has disconnected");
    assertThat(post(two, "/chat", says(ann, "hi"))).isEqualTo("410 " + AGAIN);
  }

  @Test
  void userLeavesWhenItsNodeStops() throws Exception {
    TestGateway one = cluster.startHere();
    TestGateway two = cluster.startHere();
    PusherClient room = listener(two);
    login(one, "Ann", null);
    assertThat(nextMessage(room, "notification")).isEqualTo("Ann has connected");
    one.close();
    assertThat(nextMessage(room, "notification")).isEqualTo("Ann has disconnected");
    login(two, "Ann", null);
  }

  @Test
  void webSocketOfTheChatSharesThePathOfTheRequests() throws Exception {
    TestGateway gateway = cluster.startHere();
    PusherClient room = listener(gateway);
    PusherClient.to(gateway.httpPort(), "/chat").pipe().send("hello from a WebSocket");
    assertThat(nextMessage(room, "notification")).startsWith("AnonymousUser");
    assertThat(nextMessage(room, "message")).isEqualTo("hello from a WebSocket");
  }
}
