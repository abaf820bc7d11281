package io.busbar.protocol.socketio;

import io.busbar.protocol.EnginePollingPipe;
import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.WebSocketPipe;
import java.util.function.Consumer;

/** Messages in packets of Engine.IO 4 over another pipe; answers pings. */
final class EnginePipe implements MessagePipe {
  private final MessagePipe packets;

  private EnginePipe(MessagePipe packets) {
    this.packets = packets;
  }

  /** Opens a WebSocket. */
  static EnginePipe webSocket(int port) {
    return new EnginePipe(WebSocketPipe.connect(port, "/socket.io/?EIO=4&transport=websocket"));
  }

  /** Opens a compressed WebSocket. */
  static EnginePipe compressed(int port) {
    return new EnginePipe(WebSocketPipe.compressed(port, "/socket.io/?EIO=4&transport=websocket"));
  }

  /** Opens a session that only polls. */
  static EnginePipe polling(int port) {
    return new EnginePipe(EnginePollingPipe.connect(port));
  }

  @Override
  public void receiver(Consumer<String> messages) {
    packets.receiver(
        packet -> {
          switch (packet.charAt(0)) {
            case '2' -> packets.send("3");
            case '4' -> messages.accept(packet.substring(1));
            default -> {}
          }
        });
  }

  @Override
  public void send(String message) {
    packets.send('4' + message);
  }

  @Override
  public void stopReading() {
    packets.stopReading();
  }

  @Override
  public void readAgain() {
    packets.readAgain();
  }

  @Override
  public void die() {
    packets.die();
  }

  @Override
  public int closeCodeFor(int code) {
    return packets.closeCodeFor(code);
  }

  @Override
  public int closeCode() {
    return packets.closeCode();
  }

  @Override
  public void close() {
    packets.close();
  }
}
