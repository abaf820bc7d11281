package io.busbar.protocol;

import io.busbar.hub.Framing;
import io.busbar.hub.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;

/**
 * Each wire is one WebSocket message in one unmasked frame (RFC 6455, 5.2): text or binary as the
 * wire is.
 */
public final class WebSocketFraming implements Framing {
  public static final WebSocketFraming INSTANCE = new WebSocketFraming();

  public static final int FINAL_TEXT = 0x81;
  private static final int FINAL_BINARY = 0x82;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;

  /** Bytes of the longest head of a frame. */
  public static final int MOST_HEADER = 10;

  /**
   * Bytes of a frame into which several messages are put. Many clients, Vert.x's among them, take
   * no larger frame unless they are told to.
   */
  public static final int MOST_JOINED = 64 << 10;

  private WebSocketFraming() {}

  @Override
  public Wire prepare(Wire wire) {
    return wire;
  }

  @Override
  public ByteBuf join(List<Wire> prepared) {
    int size = 0;
    for (Wire wire : prepared) {
      size += MOST_HEADER + wire.size();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (Wire wire : prepared) {
      for (Wire part = wire; part != null; part = part.next()) {
        header(out, part.isBinary() ? FINAL_BINARY : FINAL_TEXT, part.bytes().length);
        out.writeBytes(part.bytes());
      }
    }
    return out;
  }

  /** Writes the head of an unmasked frame of that many bytes. */
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

  /**
   * Writes that head before what the buffer has.
   *
   * @param frame the first {@link #MOST_HEADER} bytes are kept free for it
   */
  static void headerBefore(ByteBuf frame, int firstByte) {
    int end = frame.writerIndex();
    int size = end - MOST_HEADER;
    int start = MOST_HEADER - (size < TWO_BYTE_LENGTH ? 2 : size <= 0xFFFF ? 4 : MOST_HEADER);
    header(frame.setIndex(start, start), firstByte, size);
    frame.writerIndex(end);
  }
}
