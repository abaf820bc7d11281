package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a client of Pusher connects, what it may say, and how its connection ends. */
final class PusherSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestPusherNode node = new TestPusherNode();

  @AfterEach
  void stop() {
    node.close();
  }

  private int closeCode(String path) {
    PusherClient client = node.client(path);
    return client.pipe().closeCode();
  }

  @Test
  void clientReceivesItsSocketIdAndActivityTimeout() {
    PusherClient client = node.client("/app/demo-key?protocol=5");
    JsonObject data = client.data("pusher:connection_established");
    assertThat(data.getString("socket_id")).matches("\\d+\\.\\d+");
    assertThat(data.getInteger("activity_timeout")).isEqualTo(120);
  }

  @ParameterizedTest
  @CsvSource({
    "/app/nobody?protocol=7, 4001",
    "/app/demo-key/more?protocol=7, 4005",
    "/app/demo-key?protocol=7&version=%0a, 4006",
    "/app/demo-key?protocol=8, 4007",
    "/app/demo-key?protocol=x, 4007",
    "/app/demo-key?version=8, 4008",
    "/app/demo-key, 4008"
  })
  void refusedConnectionReceivesTheReason(String path, int code) {
    assertThat(closeCode(path)).isEqualTo(code);
    await().atMost(PATIENCE).until(() -> node.gateway().counters().sessionCount() == 0);
  }

  @Test
  void pingIsAnsweredWithPong() {
    PusherClient client = node.client();
    client.say("pusher:ping", new JsonObject());
    client.next("pusher:pong");
  }

  @Test
  void silentClientIsPingedThenDisconnected() {
    try (TestGateway impatient =
        TestGateway.start(
            PusherClient.APPS, "pusher.activity-timeout=1s", "http.websocket.pong-timeout=1s")) {
      PusherClient client = node.keep(PusherClient.connect(impatient.httpPort()));
      client.next("pusher:ping");
      client.say("pusher:pong", new JsonObject());
      client.next("pusher:ping");
      assertThat(client.pipe().closeCode()).isEqualTo(4201);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | a message is a JSON object",
        "[] | a message is a JSON object",
        "{} | a message has an event of 1 to 200 characters",
        "{\"event\":1} | the event of a message is a string",
        "{\"event\":\"x\"} {} | nothing comes after the object of a message",
        "{\"event\":\"said\"} | events of clients begin with client-",
        "{\"event\":\"pusher:subscribe\"} | the data of pusher:subscribe is an object",
        "{\"event\":\"pusher:subscribe\",\"data\":{}} | a subscription has a channel",
        "{\"event\":\"pusher:subscribe\",\"data\":\"[\"} | the data of pusher:subscribe is an object"
      })
  void invalidMessageIsAnErrorAndTheConnectionStaysOpen(String message, String rule) {
    PusherClient client = node.client();
    client.pipe().send(message);
    assertThat(client.error(4200)).isEqualTo(rule);
    client.say("pusher:ping", new JsonObject());
    client.next("pusher:pong");
  }

  @Test
  void dataOfProtocolEventsMayBeAString() {
    PusherClient client = node.client();
    client.say("pusher:subscribe", null, "{\"channel\":\"public.a\",\"auth\":\"\"}");
    client.next("pusher_internal:subscription_succeeded");
  }

  @Test
  void binaryMessageEndsTheConnection() {
    PusherClient client = node.client();
    assertThat(client.socketId()).isNotNull();
    io.vertx.core.http.WebSocket socket =
        TestGateway.await(
            node.gateway()
                .vertx()
                .createWebSocketClient()
                .connect(node.gateway().httpPort(), "127.0.0.1", "/app/demo-key?protocol=7"));
    CompletableFuture<Short> code = new CompletableFuture<>();
    socket.closeHandler(closed -> code.complete(socket.closeStatusCode()));
    socket.writeBinaryMessage(io.vertx.core.buffer.Buffer.buffer("x"));
    assertThat(code).succeedsWithin(PATIENCE).isEqualTo((short) 1003);
  }

  @Test
  void appsHaveSeparateChannelsAndKeys() {
    PusherClient client = node.client("/app/other-key?protocol=7");
    String socketId = client.data("pusher:connection_established").getString("socket_id");
    String foreign = "demo-key:" + PusherClient.SIGNATURES.of(socketId + ":private-chat");
    client.say(
        "pusher:subscribe", new JsonObject().put("channel", "private-chat").put("auth", foreign));
    client.next("pusher:subscription_error");
    Signatures own = new Signatures("other-key", "other-secret");
    String auth = "other-key:" + own.of(socketId + ":private-chat");
    client.say(
        "pusher:subscribe", new JsonObject().put("channel", "private-chat").put("auth", auth));
    client.next("pusher_internal:subscription_succeeded");
    node.trigger("private-chat", "foreign", "1");
    node.gateway().bus().publish("4.private-chat", "own");
    assertThat(client.next("message").getString("data")).isEqualTo("own");
  }

  @Test
  void shutdownAsksClientsToReconnect() {
    PusherClient client = node.client();
    client.subscribe("public.a");
    TestGateway.await(
        node.gateway().hub().close(io.busbar.hub.Disconnect.SHUTDOWN, Duration.ofMillis(200)));
    assertThat(client.pipe().closeCode()).isEqualTo(4200);
  }
}
