package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Payloads of revision 4: {@code packet *( %x1E packet )}, with bytes in base64. The text of a
 * packet cannot contain the separator, which JSON always escapes. Immutable.
 */
final class SeparatedPayloads implements PayloadCodec {
  static final PayloadCodec CODEC = new SeparatedPayloads();

  private static final char SEPARATOR = 0x1E;

  private SeparatedPayloads() {}

  @Override
  public EncodedMessage encode(EnginePacket packet) {
    return EngineRevision.FOUR.encodeAsText(packet);
  }

  @Override
  public ByteBuf join(List<EncodedMessage> encoded) {
    int size = encoded.size();
    for (EncodedMessage message : encoded) {
      size += message.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (int i = 0; i < encoded.size(); i++) {
      if (i > 0) {
        out.writeByte(SEPARATOR);
      }
      out.writeBytes(encoded.get(i).bytes());
    }
    return out;
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public List<EnginePacket> decode(Buffer payload, int most) {
    String text = Utf8.decode(payload.getBytes());
    BoundedPackets packets = new BoundedPackets(most);
    int from = 0;
    int end;
    while ((end = text.indexOf(SEPARATOR, from)) >= 0) {
      packets.add(EngineRevision.FOUR.decode(text.substring(from, end)));
      from = end + 1;
    }
    packets.add(EngineRevision.FOUR.decode(text.substring(from)));
    return packets.all();
  }
}
