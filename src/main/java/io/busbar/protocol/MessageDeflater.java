package io.busbar.protocol;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * The deflater of messages (RFC 7692, 7.2.1). Each message is independent of earlier ones, so the
 * result is for all clients with the same window. Java's deflater always has a window of 15 bits.
 * For a smaller window, a message is cut into pieces of that size, and each begins anew. Each
 * thread has one Java deflater per level, of a quarter of a megabyte. Any thread may use it.
 *
 * @param level from 1, which is fast, to 9, which is small
 * @param windowBits size of the window as a power of two, 8 to 15
 */
record MessageDeflater(int level, int windowBits) {
  private static final int ROOM = 256;
  private static final int MOST_STORED = 0xFFFF;
  private static final int STORED_HEAD = 5;

  /** Bytes at the end of every flush, which are left out at the end of a message. */
  private static final int TAIL = 4;

  /**
   * Java's deflaters by level; a deflater whose level changes would flush nothing at its first
   * call.
   */
  private static final FastThreadLocal<Deflater[]> SHARED =
      new FastThreadLocal<>() {
        @Override
        protected Deflater[] initialValue() {
          return new Deflater[Deflater.BEST_COMPRESSION + 1];
        }

        @Override
        protected void onRemoval(Deflater[] deflaters) {
          for (Deflater deflater : deflaters) {
            if (deflater != null) {
              deflater.end();
            }
          }
        }
      };

  /** A deflated message with a place for a label. */
  record Slotted(byte[] bytes, int slot) {}

  /** Returns the message deflated. */
  byte[] deflate(byte[] message) {
    return new Deflated(message.length).add(message, 0, message.length).withoutTail();
  }

  /** Returns the message deflated, with a slot for the result of {@link #stored}. */
  Slotted deflate(byte[] message, int slot) {
    Deflated out = new Deflated(message.length).add(message, 0, slot);
    int newSlot = out.size;
    return new Slotted(out.add(message, slot, message.length).withoutTail(), newSlot);
  }

  /** Returns the bytes as blocks without compression (RFC 1951, 3.2.4). */
  static byte[] stored(byte[] bytes) {
    int blocks = (bytes.length + MOST_STORED - 1) / MOST_STORED;
    byte[] out = new byte[bytes.length + blocks * STORED_HEAD];
    int to = 0;
    for (int from = 0; from < bytes.length; from += MOST_STORED) {
      int size = Math.min(MOST_STORED, bytes.length - from);
      out[to + 1] = (byte) size;
      out[to + 2] = (byte) (size >> 8);
      out[to + 3] = (byte) ~size;
      out[to + 4] = (byte) (~size >> 8);
      System.arraycopy(bytes, from, out, to + STORED_HEAD, size);
      to += STORED_HEAD + size;
    }
    return out;
  }

  private Deflater shared() {
    Deflater[] deflaters = SHARED.get();
    if (deflaters[level] == null) {
      deflaters[level] = new Deflater(level, true);
    }
    return deflaters[level];
  }

  /** The output: complete bytes, with a flush after each part. Used by one thread. */
  private final class Deflated {
    private byte[] bytes;
    private int size;
    private boolean flushed;

    private Deflated(int messageSize) {
      bytes = new byte[messageSize / 2 + ROOM];
    }

    private Deflated add(byte[] message, int from, int to) {
      Deflater deflater = shared();
      int window = 1 << windowBits;
      for (int i = from; i < to; i += window) {
        deflater.reset();
        deflater.setInput(message, i, Math.min(window, to - i));
        flush(deflater);
      }
      flushed = from < to;
      return this;
    }

    private void flush(Deflater deflater) {
      int room;
      int written;
      do {
        if (bytes.length - size < ROOM) {
          bytes = Arrays.copyOf(bytes, size * 2 + ROOM);
        }
        room = bytes.length - size;
        written = deflater.deflate(bytes, size, room, Deflater.SYNC_FLUSH);
        size += written;
      } while (written == room);
    }

    /**
     * Without a flush at the end, the tail that the client adds again needs the head of a block.
     */
    private byte[] withoutTail() {
      return Arrays.copyOf(bytes, flushed ? size - TAIL : size + 1);
    }
  }
}
