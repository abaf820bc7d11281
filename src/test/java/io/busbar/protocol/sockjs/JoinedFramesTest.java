package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A burst of messages for a client that accepts frames of at most 65,536 bytes, as Vert.x does. */
final class JoinedFramesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MESSAGES = 20_000;

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient clients = vertx.createWebSocketClient();
  private final Queue<Integer> received = new ConcurrentLinkedQueue<>();
  private final AtomicInteger longest = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void burstIsReceivedByAClientWithTheUsualFrameLimit(boolean slow) {
    try (TestGateway gateway =
        TestGateway.start(
            "permissions=[{address: 'public.*', allow: [subscribe]}]", "limits.outbox=64MiB")) {
      ClientWebSocket socket = clients.webSocket();
      socket.textMessageHandler(this::receive);
      TestGateway.await(
          socket.connect(
              new WebSocketConnectOptions()
                  .setHost("127.0.0.1")
                  .setPort(gateway.httpPort())
                  .setURI("/eventbus/000/burst/websocket")));
      socket.writeTextMessage(
          "[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"public.a\\\"}\"]");
      await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 1);
      String padding = slow ? "x".repeat(1_000) : "";
      if (slow) {
        socket.pause();
      }
      for (int i = 0; i < MESSAGES; i++) {
        gateway.bus().publish("public.a", i + " " + padding);
      }
      if (slow) {
        await().atMost(PATIENCE).until(() -> gateway.counters().outboxByteCount() > 1 << 20);
        socket.resume();
      }
      await().atMost(PATIENCE).until(() -> received.size() == MESSAGES || socket.isClosed());
      assertThat(List.copyOf(received)).isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
      assertThat(longest.get()).as("joined frames").isGreaterThan(1_000);
    } finally {
      TestGateway.await(vertx.close());
    }
  }

  private void receive(String frame) {
    longest.accumulateAndGet(frame.length(), Math::max);
    if (frame.startsWith("a")) {
      for (Object message : new JsonArray(frame.substring(1))) {
        String body = new JsonObject(message.toString()).getString("body");
        received.add(Integer.valueOf(body.substring(0, body.indexOf(' '))));
      }
    }
  }
}
