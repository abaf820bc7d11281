package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The format for several packets in the body of one HTTP request or response. {@link
 * EngineRevision} selects the codec. Immutable: a packet that was encoded once can be joined into
 * payloads of many clients.
 */
public interface PayloadCodec {
  /** Encodes the packet for a payload. */
  EncodedMessage encode(EnginePacket packet);

  /** Joins encoded packets in order into one payload; the caller owns the buffer. */
  default ByteBuf join(List<EncodedMessage> encoded) {
    int size = 0;
    for (EncodedMessage message : encoded) {
      size += message.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage message : encoded) {
      out.writeBytes(message.bytes());
    }
    return out;
  }

  /**
   * Returns whether payloads are bytes, application/octet-stream; otherwise they are UTF-8 text.
   */
  boolean isBinary();

  /**
   * Decodes the packets of a payload in order, at least one.
   *
   * @param most maximum number of packets
   * @throws ProtocolException with the broken rule
   */
  List<EnginePacket> decode(Buffer payload, int most);
}
