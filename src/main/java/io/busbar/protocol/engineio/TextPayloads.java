package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.Utf8;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Text payloads of revision 3: {@code 1*( length ":" packet )}, with bytes in base64. The length
 * counts UTF-16 code units, which are the characters of JavaScript. Immutable.
 */
final class TextPayloads implements PayloadCodec {
  static final PayloadCodec CODEC = new TextPayloads();

  private static final char COLON = ':';

  private TextPayloads() {}

  @Override
  public EncodedMessage encode(EnginePacket packet) {
    byte[] bytes = EngineRevision.THREE.encodeAsText(packet).bytes();
    byte[] head = (codeUnits(bytes) + ":").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[head.length + bytes.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(bytes, 0, whole, head.length, bytes.length);
    return EncodedMessage.text(whole);
  }

  /** Counts two code units for a character of four bytes, and one for any other. */
  private static int codeUnits(byte[] utf8) {
    int units = 0;
    for (byte one : utf8) {
      boolean continues = (one & 0xC0) == 0x80;
      boolean leadsFour = (one & 0xF8) == 0xF0;
      units += continues ? 0 : leadsFour ? 2 : 1;
    }
    return units;
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public List<EnginePacket> decode(Buffer payload, int most) {
    String text = Utf8.decode(payload.getBytes());
    BoundedPackets packets = new BoundedPackets(most);
    int at = 0;
    do {
      PacketLength length = new PacketLength();
      while (at < text.length() && text.charAt(at) != COLON) {
        length.add(text.charAt(at++) - '0');
      }
      at++;
      int end = at + length.upTo(text.length() - at);
      if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
        throw EngineRevision.broken("a length does not cut a character in two");
      }
      packets.add(EngineRevision.THREE.decode(text.substring(at, end)));
      at = end;
    } while (at < text.length());
    return packets.all();
  }
}
