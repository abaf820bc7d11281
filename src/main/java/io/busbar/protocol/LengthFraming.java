package io.busbar.protocol;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;

/**
 * A framing where each message follows its length, as {@link LengthDecoder} reads it. Any thread
 * may use it.
 */
public final class LengthFraming implements Framing {
  public static final LengthFraming INSTANCE = new LengthFraming();

  private LengthFraming() {}

  @Override
  public EncodedMessage prepare(EncodedMessage wire) {
    return wire;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    int size = 0;
    for (EncodedMessage wire : prepared) {
      size += Integer.BYTES + wire.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage wire : prepared) {
      out.writeInt(wire.bytes().length);
      out.writeBytes(wire.bytes());
    }
    return out;
  }
}
