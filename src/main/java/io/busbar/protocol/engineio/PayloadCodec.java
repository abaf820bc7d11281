package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * How several packets share the body of one HTTP request or response. {@link EngineRevision} picks
 * the codec. Stateless: a packet that was encoded once can be joined into the payloads of many
 * clients.
 */
public interface PayloadCodec {
  /** The packet as it stands in a payload. */
  EncodedMessage encode(EnginePacket packet);

  /** Encoded packets, in order, as one payload; the caller owns the buffer. */
  default ByteBuf join(List<EncodedMessage> encoded) {
    int size = 0;
    for (EncodedMessage wire : encoded) {
      size += wire.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage wire : encoded) {
      out.writeBytes(wire.bytes());
    }
    return out;
  }

  /** Whether payloads are bytes, application/octet-stream; otherwise text, in UTF-8. */
  boolean isBinary();

  /**
   * The packets of a payload, in order: one at least.
   *
   * @param most how many there may be
   * @throws ProtocolException with the rule that the payload breaks
   */
  List<EnginePacket> decode(Buffer payload, int most);
}
