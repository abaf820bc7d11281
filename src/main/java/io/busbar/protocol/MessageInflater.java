package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages of one client (RFC 7692, 7.2.2), each up to a bound. All clients of an
 * event loop share one inflater, which has tens of kilobytes. What a client's next message may
 * refer to is kept as it was, so that only who said much costs much. Used by one thread.
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
  private final int window;

  /** The last of what was said, in its first bytes; null for nothing. */
  private byte @Nullable [] history;

  private int historySize;

  /**
   * @param maxSize bytes of a message, inflated
   * @param window bytes of earlier messages that one may refer to
   */
  MessageInflater(int maxSize, int window) {
    this.maxSize = maxSize;
    this.window = window;
  }

  /** Bytes of earlier messages that one may refer to. */
  int window() {
    return window;
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
    Inflater inflater = SHARED.get();
    inflater.reset();
    if (historySize > 0) {
      inflater.setDictionary(history, 0, historySize);
    }
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
    remember(out.bytes, out.size);
    return Arrays.copyOf(out.bytes, out.size);
  }

  private void remember(byte[] message, int size) {
    int added = Math.min(window, size);
    int kept = Math.min(historySize, window - added);
    if (added == 0) {
      return;
    }
    if (history == null || history.length < kept + added) {
      int room = Math.min(window, Math.max(kept + added, historySize * 2));
      history = history == null ? new byte[room] : Arrays.copyOf(history, room);
    }
    System.arraycopy(history, historySize - kept, history, 0, kept);
    System.arraycopy(message, size - added, history, kept, added);
    historySize = kept + added;
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
}
