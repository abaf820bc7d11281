package io.busbar.protocol.engineio;

import io.busbar.hub.Framing;
import io.busbar.hub.Wire;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Messages as packets of Engine.IO, each in a WebSocket frame of its own: a poll takes the frames
 * apart again, so that one form serves a session that changes from polls to a WebSocket.
 */
public final class EngineFraming implements Framing {
  public static final EngineFraming THREE = new EngineFraming(true);
  public static final EngineFraming FOUR = new EngineFraming(false);

  private static final byte TEXT_MESSAGE = '4';
  private static final byte BINARY_MESSAGE = 4;

  private final boolean bytesHaveType;

  private EngineFraming(boolean bytesHaveType) {
    this.bytesHaveType = bytesHaveType;
  }

  public static EngineFraming of(EngineRevision revision) {
    return revision == EngineRevision.THREE ? THREE : FOUR;
  }

  @Override
  public Wire prepare(Wire wire) {
    Wire follower = wire.next() == null ? null : prepare(wire.next());
    if (wire.isBinary() && !bytesHaveType) {
      return wire.before(follower);
    }
    byte[] typed = new byte[wire.bytes().length + 1];
    typed[0] = wire.isBinary() ? BINARY_MESSAGE : TEXT_MESSAGE;
    System.arraycopy(wire.bytes(), 0, typed, 1, wire.bytes().length);
    return wire.with(typed, wire.slot() + 1).before(follower);
  }

  @Override
  public ByteBuf join(List<Wire> prepared) {
    return WebSocketFraming.INSTANCE.join(prepared);
  }
}
