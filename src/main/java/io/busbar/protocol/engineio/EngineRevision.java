package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A revision of the Engine.IO protocol, {@code EIO} in the query of a URL, with its packet format:
 *
 * <pre>
 * packet = text / bytes / base64
 * text   = DIGIT *character               ; the digit is the type, 0 to 6
 * bytes  = [ %x04 ] *OCTET                ; a message; 3 has its type in front, 4 has not
 * base64 = "b" [ "4" ] *character         ; the same in text; 3 has its type, 4 has not
 * </pre>
 *
 * A client may break base64 into lines, as the Java client does. A WebSocket frame has one packet;
 * a {@link PayloadCodec} handles the packets of an HTTP body.
 */
public enum EngineRevision {
  /** The revision of Socket.IO 1 and 2 clients. */
  THREE(true),
  /** The revision of Socket.IO 3 and 4 clients. */
  FOUR(false);

  private static final char BASE64 = 'b';
  private static final int MESSAGE = Type.MESSAGE.number();

  private final boolean bytesHaveType;

  EngineRevision(boolean bytesHaveType) {
    this.bytesHaveType = bytesHaveType;
  }

  /** Returns the revision of that number in a URL; null for an unknown one. */
  public static @Nullable EngineRevision of(String number) {
    if ("3".equals(number)) {
      return THREE;
    }
    return "4".equals(number) ? FOUR : null;
  }

  /**
   * Returns the codec for responses.
   *
   * @param base64 whether the client accepts only base64
   */
  public PayloadCodec answers(boolean base64) {
    if (this == FOUR) {
      return SeparatedPayloads.CODEC;
    }
    return base64 ? TextPayloads.CODEC : BinaryPayloads.CODEC;
  }

  /**
   * Returns the codec for requests.
   *
   * @param octets whether the body is application/octet-stream
   * @throws ProtocolException when the revision has no such payloads
   */
  public PayloadCodec uploads(boolean octets) {
    if (this == THREE) {
      return octets ? BinaryPayloads.CODEC : TextPayloads.CODEC;
    }
    if (octets) {
      throw broken("payloads of revision 4 are text");
    }
    return SeparatedPayloads.CODEC;
  }

  /** Encodes the packet for a WebSocket frame, equal for all clients of the revision. */
  public EncodedMessage encode(EnginePacket packet) {
    Buffer bytes = packet.bytes();
    if (bytes == null) {
      return encodeAsText(packet);
    }
    if (!bytesHaveType) {
      return EncodedMessage.binary(bytes.getBytes());
    }
    byte[] typed = new byte[bytes.length() + 1];
    typed[0] = (byte) MESSAGE;
    bytes.getBytes(typed, 1);
    return EncodedMessage.binary(typed);
  }

  /** Encodes the packet for clients that accept no bytes. */
  public EncodedMessage encodeAsText(EnginePacket packet) {
    Buffer bytes = packet.bytes();
    if (bytes == null) {
      return EncodedMessage.text(packet.type().number() + packet.text());
    }
    String base64 = Base64.getEncoder().encodeToString(bytes.getBytes());
    String head = bytesHaveType ? BASE64 + "" + MESSAGE : BASE64 + "";
    return EncodedMessage.text((head + base64).getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Decodes a text frame.
   *
   * @throws ProtocolException with the broken rule
   */
  public EnginePacket decode(String frame) {
    if (frame.isEmpty()) {
      throw empty();
    }
    if (frame.charAt(0) == BASE64) {
      return EnginePacket.message(base64(frame));
    }
    return EnginePacket.of(type(frame.charAt(0) - '0'), frame.substring(1));
  }

  /**
   * Decodes a binary frame.
   *
   * @throws ProtocolException with the broken rule
   */
  public EnginePacket decode(Buffer frame) {
    if (!bytesHaveType) {
      return EnginePacket.message(frame);
    }
    if (frame.length() == 0) {
      throw empty();
    }
    requireMessage(frame.getByte(0));
    return EnginePacket.message(frame.getBuffer(1, frame.length()));
  }

  private Buffer base64(String frame) {
    int from = 1;
    if (bytesHaveType) {
      requireMessage(frame.length() > from ? frame.charAt(from) - '0' : -1);
      from++;
    }
    try {
      String joined = frame.substring(from).replace("\n", "");
      return Buffer.buffer(Base64.getDecoder().decode(joined));
    } catch (IllegalArgumentException e) {
      throw broken("what follows a b is base64");
    }
  }

  private static void requireMessage(int number) {
    if (type(number) != Type.MESSAGE) {
      throw broken("only messages have bytes");
    }
  }

  private static Type type(int number) {
    Type type = Type.of(number);
    if (type == null) {
      throw broken("a packet begins with its type, 0 to 6");
    }
    return type;
  }

  static ProtocolException empty() {
    return broken("a packet is not empty");
  }

  static ProtocolException broken(String rule) {
    return new ProtocolException(Disconnect.PROTOCOL_ERROR, rule);
  }
}
