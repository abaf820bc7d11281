package io.busbar.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * Deflates the messages to one client (RFC 7692, 7.2.1). Only who takes whole windows and keeps
 * them has a deflater of its own, a quarter of a megabyte; others use that of their event loop.
 * Java's always has a window of 15 bits, so for a smaller one the message is cut: each piece begins
 * anew, with the half window before it as a dictionary. Used by one thread.
 */
final class MessageDeflater {
  private static final int LEVEL = 6;
  private static final int MOST_BITS = 15;
  private static final int ROOM = 256;

  /** What ends all that was flushed, and is left out at the end of a message. */
  private static final int TAIL = 4;

  private static final FastThreadLocal<Deflater> SHARED =
      new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
          return new Deflater(LEVEL, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
          deflater.end();
        }
      };

  private final boolean keepsContext;

  /** What a piece may have, and as much of what is before it; 0 where nothing is cut. */
  private final int halfWindow;

  private Deflater own;
  private byte[] before = {};

  /**
   * @param windowBits 8 to 15
   * @param keepsContext whether a message may refer to those before
   */
  MessageDeflater(int windowBits, boolean keepsContext) {
    this.keepsContext = keepsContext;
    this.halfWindow = windowBits == MOST_BITS ? 0 : 1 << windowBits - 1;
  }

  /** Takes the message, and writes it deflated. */
  void deflate(ByteBuf message, ByteBuf out) {
    if (!message.isReadable()) {
      out.writeByte(0);
      return;
    }
    if (halfWindow == 0) {
      write(whole(), message.readSlice(message.readableBytes()), out);
    } else {
      pieces(message, out);
    }
    out.writerIndex(out.writerIndex() - TAIL);
  }

  private Deflater whole() {
    if (keepsContext) {
      own = own == null ? new Deflater(LEVEL, true) : own;
      return own;
    }
    SHARED.get().reset();
    return SHARED.get();
  }

  private void pieces(ByteBuf message, ByteBuf out) {
    Deflater deflater = SHARED.get();
    before = keepsContext ? before : new byte[0];
    while (message.isReadable()) {
      deflater.reset();
      if (before.length > 0) {
        deflater.setDictionary(before);
      }
      ByteBuf piece = message.readSlice(Math.min(halfWindow, message.readableBytes()));
      write(deflater, piece, out);
      remember(piece);
    }
  }

  private static void write(Deflater deflater, ByteBuf message, ByteBuf out) {
    deflater.setInput(message.nioBuffer());
    int room;
    int written;
    do {
      out.ensureWritable(ROOM);
      room = out.writableBytes();
      ByteBuffer rest = out.nioBuffer(out.writerIndex(), room);
      written = deflater.deflate(rest, Deflater.SYNC_FLUSH);
      out.writerIndex(out.writerIndex() + written);
    } while (written == room);
  }

  /** Keeps the last half window of what was said. */
  private void remember(ByteBuf piece) {
    int kept = Math.min(before.length, halfWindow - piece.readableBytes());
    byte[] now = new byte[kept + piece.readableBytes()];
    System.arraycopy(before, before.length - kept, now, 0, kept);
    piece.getBytes(piece.readerIndex(), now, kept, piece.readableBytes());
    before = now;
  }

  /** Lets go of the memory that is not Java's. */
  void end() {
    if (own != null) {
      own.end();
    }
  }
}
