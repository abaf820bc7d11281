package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Binary payloads of revision 3. Immutable.
 *
 * <pre>
 * payload = 1*( ( %x00 / %x01 ) length %xFF packet )   ; 0 for text in UTF-8, 1 for bytes
 * length  = 1*( %x00-09 )                              ; of the packet, in bytes
 * </pre>
 */
final class BinaryPayloads implements PayloadCodec {
  static final PayloadCodec CODEC = new BinaryPayloads();

  private static final byte TEXT = 0;
  private static final byte BYTES = 1;
  private static final byte END_OF_LENGTH = (byte) 0xFF;

  private BinaryPayloads() {}

  @Override
  public EncodedMessage encode(EnginePacket packet) {
    EncodedMessage bare = EngineRevision.THREE.encode(packet);
    String digits = Integer.toString(bare.size());
    int head = digits.length() + 2;
    byte[] whole = new byte[head + bare.size()];
    whole[0] = bare.isBinary() ? BYTES : TEXT;
    for (int i = 0; i < digits.length(); i++) {
      whole[i + 1] = (byte) (digits.charAt(i) - '0');
    }
    whole[head - 1] = END_OF_LENGTH;
    System.arraycopy(bare.bytes(), 0, whole, head, bare.size());
    return EncodedMessage.binary(whole);
  }

  @Override
  public boolean isBinary() {
    return true;
  }

  @Override
  public List<EnginePacket> decode(Buffer payload, int most) {
    BoundedPackets packets = new BoundedPackets(most);
    int at = 0;
    do {
      boolean isBinary = isBinary(payload, at++);
      PacketLength length = new PacketLength();
      while (at < payload.length() && payload.getByte(at) != END_OF_LENGTH) {
        length.add(payload.getByte(at++));
      }
      at++;
      int end = at + length.upTo(payload.length() - at);
      packets.add(packet(payload.getBuffer(at, end), isBinary));
      at = end;
    } while (at < payload.length());
    return packets.all();
  }

  private static boolean isBinary(Buffer payload, int at) {
    int kind = at < payload.length() ? payload.getByte(at) : -1;
    if (kind != TEXT && kind != BYTES) {
      throw EngineRevision.broken("a packet begins with 0 for text or 1 for bytes");
    }
    return kind == BYTES;
  }

  private static EnginePacket packet(Buffer bytes, boolean isBinary) {
    return isBinary
        ? EngineRevision.THREE.decode(bytes)
        : EngineRevision.THREE.decode(Utf8.decode(bytes.getBytes()));
  }
}
