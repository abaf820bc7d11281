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
  public EncodedMessage prepare(EncodedMessage encoded) {
    return encoded;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    int size = 0;
    for (EncodedMessage encoded : prepared) {
      size += Integer.BYTES + encoded.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage encoded : prepared) {
      out.writeInt(encoded.bytes().length);
      out.writeBytes(encoded.bytes());
    }
    return out;
  }
}
