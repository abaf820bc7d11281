package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.TransportOver;
import io.busbar.protocol.WebSocketTransport;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;

/**
 * A session that began on a WebSocket, and lives as long as the socket. Owned by the event loop of
 * the socket.
 */
final class EngineWebSocket extends TransportOver implements Receiver, EngineHeartbeat.Monitored {
  private static final int MOST_PING_DATA = 128;

  private final WebSocketTransport socket;
  private final EngineRevision revision;
  private final EngineHeartbeat heartbeat;

  @SuppressWarnings("NullAway.Init") // there before the socket is read
  private Receiver messages;

  private boolean paused;

  EngineWebSocket(
      WebSocketTransport socket,
      EngineRevision revision,
      EngineOptions options,
      ContextInternal context) {
    super(socket);
    this.socket = socket;
    this.revision = revision;
    this.heartbeat = new EngineHeartbeat(revision, options, context, this);
  }

  /** Sends the open packet and starts the heart-beat. */
  void open(OpenPacket welcome) {
    say(welcome.packet());
    heartbeat.start();
  }

  /** Sets the receiver for the client's messages. */
  void receiver(Receiver receiver) {
    messages = receiver;
    socket.receiver(this);
  }

  private void say(EnginePacket packet) {
    write(Unpooled.wrappedBuffer(EngineFrames.frame(revision, packet)));
    flush();
  }

  @Override
  public void text(String frame) {
    received(revision.decode(frame));
  }

  @Override
  public void binary(Buffer frame) {
    received(revision.decode(frame));
  }

  private void received(EnginePacket packet) {
    heartbeat.received();
    switch (packet.type()) {
      case MESSAGE -> EngineMessages.hand(packet, messages);
      case PING -> pinged(packet.text());
      case PONG -> ponged();
      case CLOSE -> close(Disconnect.NORMAL);
      default -> {
        // Packets of an upgrade have no meaning here.
      }
    }
  }

  /** Answers a ping, unless the client does not read. */
  private void pinged(String data) {
    if (revision != EngineRevision.THREE) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "in revision 4 the server pings");
    }
    if (data.length() > MOST_PING_DATA) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "a ping has at most " + MOST_PING_DATA + " characters");
    }
    if (socket.writable()) {
      say(EnginePacket.of(Type.PONG, data));
    }
  }

  private void ponged() {
    if (revision == EngineRevision.THREE) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "in revision 3 the client pings");
    }
    heartbeat.ponged();
  }

  @Override
  public void whenAnswered(Runnable task) {
    messages.whenAnswered(task);
  }

  @Override
  public void closed() {
    heartbeat.stop();
    messages.closed();
  }

  @Override
  public void ping() {
    say(EnginePacket.of(Type.PING));
  }

  @Override
  public boolean isHeldBack() {
    return paused;
  }

  @Override
  public void silent() {
    close(Disconnect.IDLE);
  }

  @Override
  public void close(Disconnect why) {
    heartbeat.stop();
    super.close(why);
  }

  @Override
  public void pause() {
    paused = true;
    super.pause();
  }

  @Override
  public void resume() {
    paused = false;
    super.resume();
  }
}
