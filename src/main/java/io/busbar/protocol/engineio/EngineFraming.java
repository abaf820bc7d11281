package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Writes each message as an Engine.IO packet in a WebSocket frame. Polls get the same bytes and
 * decode them ({@link EngineFrames}), so a session with subscriptions can change to a WebSocket.
 * Immutable.
 */
final class EngineFraming implements Framing {
  private static final EngineFraming THREE = new EngineFraming(true);
  private static final EngineFraming FOUR = new EngineFraming(false);
  private static final byte TEXT_MESSAGE = '4';
  private static final byte BINARY_MESSAGE = 4;

  private final boolean bytesHaveType;

  private EngineFraming(boolean bytesHaveType) {
    this.bytesHaveType = bytesHaveType;
  }

  static EngineFraming of(EngineRevision revision) {
    return revision == EngineRevision.THREE ? THREE : FOUR;
  }

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    EncodedMessage follower = encoded.next() == null ? null : prepare(encoded.next());
    if (encoded.isBinary() && !bytesHaveType) {
      return encoded.before(follower);
    }
    byte[] bytes = encoded.bytes();
    byte[] typed = new byte[bytes.length + 1];
    typed[0] = encoded.isBinary() ? BINARY_MESSAGE : TEXT_MESSAGE;
    System.arraycopy(bytes, 0, typed, 1, bytes.length);
    return encoded.with(typed, encoded.slot() + 1).before(follower);
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    return WebSocketFraming.INSTANCE.join(prepared);
  }
}
