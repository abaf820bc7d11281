package io.busbar.protocol;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * A framing where each message is one WebSocket message in one unmasked frame (RFC 6455, 5.2), text
 * or binary. Any thread may use it.
 */
public final class WebSocketFraming implements Framing {
  public static final WebSocketFraming INSTANCE = new WebSocketFraming();

  public static final int FINAL_TEXT = 0x81;
  private static final int FINAL_BINARY = 0x82;

  /** The reserved bit in the first frame of a compressed message (RFC 7692, 6). */
  private static final int COMPRESSED = 0x40;

  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;

  /** Bytes of the longest head of a frame. */
  public static final int MOST_HEADER = 10;

  /**
   * Maximum size of a frame with several messages, in bytes. Many clients, for example Vert.x,
   * accept no larger frame unless they are configured to.
   */
  public static final int MOST_JOINED = 64 << 10;

  private WebSocketFraming() {}

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    return encoded;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    int size = 0;
    for (EncodedMessage encoded : prepared) {
      size += MOST_HEADER + encoded.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (EncodedMessage encoded : prepared) {
      for (EncodedMessage part = encoded; part != null; part = part.next()) {
        header(out, firstByte(part), part.bytes().length);
        out.writeBytes(part.bytes());
      }
    }
    return out;
  }

  /** Returns the messages of frames that the gateway has made, none of them compressed. */
  public static List<EncodedMessage> encodedMessages(byte[] frames) {
    List<EncodedMessage> encodedMessages = new ArrayList<>(4);
    ByteBuf in = Unpooled.wrappedBuffer(frames);
    while (in.isReadable()) {
      boolean text = in.readUnsignedByte() == FINAL_TEXT;
      byte[] payload = new byte[Math.toIntExact(size(in))];
      in.readBytes(payload);
      encodedMessages.add(text ? EncodedMessage.text(payload) : EncodedMessage.binary(payload));
    }
    return encodedMessages;
  }

  private static long size(ByteBuf in) {
    int size = in.readUnsignedByte();
    return switch (size) {
      case TWO_BYTE_LENGTH -> in.readUnsignedShort();
      case EIGHT_BYTE_LENGTH -> in.readLong();
      default -> size;
    };
  }

  private static int firstByte(EncodedMessage encoded) {
    int first = encoded.isBinary() ? FINAL_BINARY : FINAL_TEXT;
    return encoded.isCompressed() ? first | COMPRESSED : first;
  }

  /** Writes the head of an unmasked frame with that number of bytes. */
  public static void header(ByteBuf out, int firstByte, int size) {
    out.writeByte(firstByte);
    if (size < TWO_BYTE_LENGTH) {
      out.writeByte(size);
    } else if (size <= 0xFFFF) {
      out.writeByte(TWO_BYTE_LENGTH);
      out.writeShort(size);
    } else {
      out.writeByte(EIGHT_BYTE_LENGTH);
      out.writeLong(size);
    }
  }
}
