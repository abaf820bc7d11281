package io.busbar.protocol;

import io.vertx.core.json.JsonArray;
import java.util.function.Consumer;

/** A connection for SockJS over its WebSocket transport. Used by the test's thread. */
public final class SockJsWebSocketPipe extends SockJsPipe {
  private final WebSocketPipe socket;

  private SockJsWebSocketPipe(WebSocketPipe socket) {
    this.socket = socket;
  }

  public static SockJsWebSocketPipe connect(int port) {
    return new SockJsWebSocketPipe(WebSocketPipe.connect(port, session() + "/websocket"));
  }

  /** Opens a connection with compression. */
  public static SockJsWebSocketPipe compressed(int port) {
    return new SockJsWebSocketPipe(WebSocketPipe.compressed(port, session() + "/websocket"));
  }

  @Override
  public void receiver(Consumer<String> receiver) {
    super.receiver(receiver);
    socket.receiver(this::frame);
    waitUntilOpen();
  }

  @Override
  public void send(String message) {
    socket.send(new JsonArray().add(message).encode());
  }

  @Override
  public void stopReading() {
    socket.stopReading();
  }

  @Override
  public void readAgain() {
    socket.readAgain();
  }

  @Override
  public void die() {
    socket.die();
  }

  @Override
  public void close() {
    socket.close();
  }
}
