package io.busbar.protocol;

import io.busbar.hub.Framing;
import io.busbar.hub.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;

/** Each wire has its length before it, as {@link LengthDecoder} reads it. */
public final class LengthFraming implements Framing {
  public static final LengthFraming INSTANCE = new LengthFraming();

  private LengthFraming() {}

  @Override
  public Wire prepare(Wire wire) {
    return wire;
  }

  @Override
  public ByteBuf join(List<Wire> prepared) {
    int size = 0;
    for (Wire wire : prepared) {
      size += Integer.BYTES + wire.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (Wire wire : prepared) {
      out.writeInt(wire.bytes().length);
      out.writeBytes(wire.bytes());
    }
    return out;
  }
}
