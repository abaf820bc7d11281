package io.busbar.protocol.sse;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * Joins events without any bytes between them. It uses heap buffers, because Vert.x's responses do
 * not release a buffer. Immutable.
 */
final class EventFraming implements Framing {
  static final EventFraming INSTANCE = new EventFraming();

  private EventFraming() {}

  @Override
  public boolean isTextOnly() {
    return true;
  }

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    return encoded;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    int size = 0;
    for (EncodedMessage encoded : prepared) {
      size += encoded.size();
    }
    ByteBuf out = Unpooled.buffer(size);
    for (EncodedMessage encoded : prepared) {
      out.writeBytes(encoded.bytes());
    }
    return out;
  }
}
