package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the messages of one client (RFC 7692, 7.2.2), each up to a bound. A client whose
 * messages do not refer to those before has no inflater of its own, but uses that of its event
 * loop. Used by one thread.
 */
final class MessageInflater {
  private static final int LEAST_ROOM = 256;

  /** What the client has left out at the end of a message. */
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private static final FastThreadLocal<Inflater> SHARED =
      new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
          return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
          inflater.end();
        }
      };

  private final int maxSize;
  private final boolean keepsContext;
  private Inflater own;

  /**
   * @param maxSize bytes of a message, inflated
   * @param keepsContext whether a message may refer to those before
   */
  MessageInflater(int maxSize, boolean keepsContext) {
    this.maxSize = maxSize;
    this.keepsContext = keepsContext;
  }

  /** Bytes that a message of that many may have when it is deflated: some only grow by it. */
  static int mostDeflated(int size) {
    return (int) Math.min(Integer.MAX_VALUE, size + size / 8L + 64);
  }

  /**
   * The message as it was.
   *
   * @throws ProtocolException when it is too large, or was not deflated
   */
  byte[] inflate(byte[] deflated) {
    Inflater inflater = inflater();
    Inflated out = new Inflated(deflated.length);
    try {
      out.append(inflater, deflated);
      if (!out.ended) {
        out.append(inflater, TAIL);
      }
    } catch (DataFormatException e) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "a compressed message cannot be inflated");
    }
    return Arrays.copyOf(out.bytes, out.size);
  }

  private Inflater inflater() {
    if (keepsContext) {
      own = own == null ? new Inflater(true) : own;
      return own;
    }
    SHARED.get().reset();
    return SHARED.get();
  }

  /** What has come out. */
  private final class Inflated {
    private byte[] bytes;
    private int size;

    /** Whether the client has ended its blocks for good, and said nothing since. */
    private boolean ended;

    private Inflated(int deflatedSize) {
      bytes = new byte[(int) Math.min(maxSize + 1L, deflatedSize * 2L + LEAST_ROOM)];
    }

    private void append(Inflater inflater, byte[] deflated) throws DataFormatException {
      inflater.setInput(deflated);
      int more;
      do {
        makeRoom();
        more = inflater.inflate(bytes, size, bytes.length - size);
        size += more;
        if (inflater.finished()) {
          // It may begin anew then (RFC 7692, 7.2.3.4).
          int left = inflater.getRemaining();
          inflater.reset();
          inflater.setInput(deflated, deflated.length - left, left);
          ended = left == 0;
          more = left;
        }
      } while (more > 0);
    }

    private void makeRoom() {
      if (size > maxSize) {
        throw new ProtocolException(
            Disconnect.TOO_BIG, "a message is larger than " + maxSize + " bytes");
      }
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(maxSize + 1L, size * 2L));
      }
    }
  }

  /** Lets go of the memory that is not Java's. */
  void end() {
    if (own != null) {
      own.end();
    }
  }
}
