package io.busbar.protocol.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of our bridge or the stock one that sends given text unchanged. Used by the test's
 * thread.
 */
final class BridgePeer {
  private static final long SECONDS = 20;
  private static final Vertx VERTX = Vertx.vertx();
  private static final WebSocketClient CLIENT = VERTX.createWebSocketClient();
  private static final String MARK = "the end";

  private final Vertx vertx;
  private final ClientWebSocket socket = CLIENT.webSocket();
  private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Short> closed = new CompletableFuture<>();
  private volatile boolean spokenToInText;

  /**
   * @param vertx that of the bridge at that port
   */
  BridgePeer(Vertx vertx, int port) {
    this.vertx = vertx;
    socket.textMessageHandler(
        text -> {
          spokenToInText = true;
          received.add(new JsonObject(text));
        });
    socket.binaryMessageHandler(bytes -> received.add(new JsonObject(bytes)));
    socket.closeHandler(gone -> closed.complete(socket.closeStatusCode()));
    TestGateway.await(
        socket.connect(
            new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/eventbus/websocket")));
  }

  EventBus bus() {
    return vertx.eventBus();
  }

  /** Returns a context on which messages of the bus are handled in order. */
  Context newContext() {
    return vertx.getOrCreateContext();
  }

  BridgePeer say(String... messages) {
    for (String message : messages) {
      socket.writeTextMessage(message);
    }
    return this;
  }

  /** Waits until all earlier messages are handled. */
  BridgePeer settle() {
    say("{\"type\":\"send\",\"address\":\"echo\",\"body\":1,\"replyAddress\":\"" + MARK + "\"}");
    assertThat(next().getString("address")).isEqualTo(MARK);
    return this;
  }

  JsonObject next() {
    try {
      JsonObject message = received.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("an answer").isNotNull();
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns that many messages, and checks that no more come. */
  List<JsonObject> next(int count) {
    List<JsonObject> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    settle();
    return all;
  }

  boolean isSpokenToInText() {
    return spokenToInText;
  }

  /** Completes with the code of the close frame. */
  CompletableFuture<Short> closed() {
    return closed;
  }

  void close() {
    socket.close();
  }
}
