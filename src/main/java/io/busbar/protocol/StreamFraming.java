package io.busbar.protocol;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;

/**
 * A framing without frames, for a stream of bytes: messages follow one another unchanged. Any
 * thread may use it.
 */
public final class StreamFraming implements Framing {
  public static final StreamFraming INSTANCE = new StreamFraming();

  private StreamFraming() {}

  @Override
  public EncodedMessage prepare(EncodedMessage wire) {
    return wire;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    int size = 0;
    for (EncodedMessage wire : prepared) {
      size += wire.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage wire : prepared) {
      out.writeBytes(wire.bytes());
    }
    return out;
  }
}
