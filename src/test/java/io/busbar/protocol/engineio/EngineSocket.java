package io.busbar.protocol.engineio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket of a client, with what came on it. */
final class EngineSocket {
  /** Held, because one that is collected closes its sockets. */
  private final WebSocketClient client;

  private final ClientWebSocket socket;
  private final BlockingQueue<Object> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private EngineSocket(WebSocketClient client) {
    this.client = client;
    this.socket = client.webSocket();
    // Listens before it connects: what comes at once would find nobody otherwise.
    socket.textMessageHandler(frames::add);
    socket.binaryMessageHandler(frames::add);
    socket.closeHandler(end -> closed.complete(null));
  }

  static EngineSocket connect(EngineServer server, String path, String... headers) {
    EngineSocket listening = new EngineSocket(server.vertx().createWebSocketClient());
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(server.port()).setURI(path);
    for (String header : headers) {
      int colon = header.indexOf(':');
      options.addHeader(header.substring(0, colon), header.substring(colon + 1).trim());
    }
    listening
        .socket
        .connect(options)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
    return listening;
  }

  EngineSocket send(String text) {
    socket.writeTextMessage(text);
    return this;
  }

  EngineSocket send(Buffer bytes) {
    socket.writeBinaryMessage(bytes);
    return this;
  }

  /** The next message: a String, or a Buffer. */
  Object next() throws InterruptedException {
    Object frame = frames.poll(20, TimeUnit.SECONDS);
    if (frame == null) {
      throw new IllegalStateException("nothing came; closed: " + closed.isDone());
    }
    return frame;
  }

  /** Whether nothing waits to be taken. */
  boolean isQuiet() {
    return frames.isEmpty();
  }

  /** Waits until the server has closed it. */
  void awaitEnd() {
    closed.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** What the server said when it closed it. */
  String closeReason() {
    awaitEnd();
    return socket.closeReason();
  }

  void close() {
    client.close();
  }
}
