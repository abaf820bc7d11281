package io.busbar.protocol.stomp;

import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** SockJS over a WebSocket: {@code o}, {@code h}, {@code a[…]} and {@code c[…]}. Text only. */
final class SockJsWire implements StompWire {
  private final WebSocketWire wire;

  private SockJsWire(WebSocketWire wire) {
    this.wire = wire;
  }

  static SockJsWire connect(int port) {
    return connect("127.0.0.1", port);
  }

  static SockJsWire connect(String host, int port) {
    String session = UUID.randomUUID().toString();
    return new SockJsWire(
        WebSocketWire.connect(host, port, "/stomp/000/" + session + "/websocket"));
  }

  @Override
  public void listen(Ear ear) {
    wire.listen(
        new Ear() {
          private int code = 1006;

          @Override
          public void heard(byte[] bytes) {
            String frame = new String(bytes, StandardCharsets.UTF_8);
            if (frame.startsWith("a")) {
              for (Object message : new JsonArray(frame.substring(1))) {
                ear.heard(((String) message).getBytes(StandardCharsets.UTF_8));
              }
            } else if (frame.startsWith("c")) {
              code = new JsonArray(frame.substring(1)).getInteger(0);
            }
          }

          @Override
          public void closed(int webSocketCode) {
            ear.closed(code);
          }
        });
  }

  @Override
  public void send(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    wire.send(new JsonArray().add(text).encode());
  }

  @Override
  public void stopReading() {
    wire.stopReading();
  }

  @Override
  public void readAgain() {
    wire.readAgain();
  }

  @Override
  public void die() {
    wire.die();
  }

  @Override
  public void close() {
    wire.close();
  }
}
