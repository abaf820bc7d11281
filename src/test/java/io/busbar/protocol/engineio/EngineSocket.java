package io.busbar.protocol.engineio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket of a client and its received messages. Used by the test's thread. */
final class EngineSocket {
  /** Kept in a field, because Vert.x closes the sockets of a collected client. */
  private final WebSocketClient client;

  private final ClientWebSocket socket;
  private final BlockingQueue<Object> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private EngineSocket(WebSocketClient client) {
    this.client = client;
    this.socket = client.webSocket();
    // The handlers must be there before the first message may come.
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

  /** Returns the next message: a String or a Buffer. */
  Object next() throws InterruptedException {
    Object frame = frames.poll(20, TimeUnit.SECONDS);
    if (frame == null) {
      throw new IllegalStateException("nothing came; closed: " + closed.isDone());
    }
    return frame;
  }

  /** Returns whether there is no unread message. */
  boolean isQuiet() {
    return frames.isEmpty();
  }

  /** Waits until the server has closed the socket. */
  void awaitEnd() {
    closed.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Returns the close reason of the server. */
  String closeReason() {
    awaitEnd();
    return socket.closeReason();
  }

  void close() {
    client.close();
  }
}
