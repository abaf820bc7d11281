package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.WebSocketFraming;
import io.busbar.protocol.WebSocketTransport;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/** A session that began on a WebSocket, and lives as long as that. Owned by the socket's loop. */
final class EngineWebSocket implements Transport {
  private final WebSocketTransport socket;
  private final EngineRevision revision;
  private final EngineHeartbeat heartbeat;
  private boolean closing;

  EngineWebSocket(
      WebSocketTransport socket,
      EngineRevision revision,
      EngineOptions options,
      ContextInternal context) {
    this.socket = socket;
    this.revision = revision;
    this.heartbeat =
        new EngineHeartbeat(
            context,
            revision,
            options,
            () -> say(EnginePacket.of(Type.PING)),
            () -> close(Disconnect.IDLE));
  }

  void open(OpenPacket open) {
    say(open.packet(revision));
    heartbeat.start();
  }

  /** Will hand the messages of the client to the receiver. */
  void receiver(Receiver receiver) {
    socket.receiver(new Packets(receiver));
  }

  private final class Packets implements Receiver {
    private final Receiver messages;

    private Packets(Receiver messages) {
      this.messages = messages;
    }

    @Override
    public void text(String frame) {
      take(revision.decode(frame));
    }

    @Override
    public void binary(Buffer frame) {
      take(revision.decode(frame));
    }

    private void take(EnginePacket packet) {
      if (closing) {
        return;
      }
      switch (packet.type()) {
        case MESSAGE -> message(packet);
        case PONG -> heartbeat.heard();
        case PING -> pinged(packet);
        case CLOSE -> close(Disconnect.NORMAL);
        default ->
            throw new ProtocolException(
                Disconnect.PROTOCOL_ERROR, "only a server says " + packet.type());
      }
    }

    private void message(EnginePacket packet) {
      if (packet.isBinary()) {
        messages.binary(packet.bytes());
      } else {
        messages.text(packet.text());
      }
    }

    @Override
    public void whenAnswered(Runnable task) {
      messages.whenAnswered(task);
    }

    @Override
    public void closed() {
      closing = true;
      heartbeat.stop();
      messages.closed();
    }
  }

  private void pinged(EnginePacket packet) {
    if (revision == EngineRevision.FOUR) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "in revision 4 the server pings, the client does not");
    }
    heartbeat.heard();
    if (socket.writable()) {
      say(EnginePacket.of(Type.PONG, packet.text()));
    }
  }

  private void say(EnginePacket packet) {
    socket.write(WebSocketFraming.INSTANCE.join(List.of(revision.encode(packet))));
    socket.flush();
  }

  @Override
  public String remoteAddress() {
    return socket.remoteAddress();
  }

  @Override
  public Framing framing() {
    return socket.framing();
  }

  @Override
  public boolean writable() {
    return socket.writable();
  }

  @Override
  public void writableHandler(Runnable handler) {
    socket.writableHandler(handler);
  }

  @Override
  public void write(ByteBuf framed) {
    socket.write(framed);
  }

  @Override
  public void flush() {
    socket.flush();
  }

  @Override
  public void close(Disconnect why) {
    if (!closing) {
      closing = true;
      heartbeat.stop();
      socket.close(why);
    }
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  /** The heart-beat looks after the client. */
  @Override
  public void tick(long nowMillis) {}
}
