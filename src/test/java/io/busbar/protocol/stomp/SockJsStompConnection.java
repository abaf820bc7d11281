package io.busbar.protocol.stomp;

import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** SockJS over a WebSocket: {@code o}, {@code h}, {@code a[…]} and {@code c[…]}. Text only. */
final class SockJsStompConnection implements StompConnection {
  private final WebSocketStompConnection connection;

  private SockJsStompConnection(WebSocketStompConnection connection) {
    this.connection = connection;
  }

  static SockJsStompConnection connect(int port) {
    return connect("127.0.0.1", port);
  }

  static SockJsStompConnection connect(String host, int port) {
    String session = UUID.randomUUID().toString();
    return new SockJsStompConnection(
        WebSocketStompConnection.connect(host, port, "/stomp/000/" + session + "/websocket"));
  }

  @Override
  public void listen(BytesHandler listener) {
    connection.listen(
        new BytesHandler() {
          private int code = 1006;

          @Override
          public void received(byte[] bytes) {
            String frame = new String(bytes, StandardCharsets.UTF_8);
            if (frame.startsWith("a")) {
              for (Object message : new JsonArray(frame.substring(1))) {
                listener.received(((String) message).getBytes(StandardCharsets.UTF_8));
              }
            } else if (frame.startsWith("c")) {
              code = new JsonArray(frame.substring(1)).getInteger(0);
            }
          }

          @Override
          public void closed(int webSocketCode) {
            listener.closed(code);
          }
        });
  }

  @Override
  public void send(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    connection.send(new JsonArray().add(text).encode());
  }

  @Override
  public void stopReading() {
    connection.stopReading();
  }

  @Override
  public void readAgain() {
    connection.readAgain();
  }

  @Override
  public void die() {
    connection.die();
  }

  @Override
  public void close() {
    connection.close();
  }
}
