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
  public EncodedMessage prepare(EncodedMessage encoded) {
    return encoded;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    int size = 0;
    for (EncodedMessage encoded : prepared) {
      size += encoded.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage encoded : prepared) {
      out.writeBytes(encoded.bytes());
    }
    return out;
  }
}
