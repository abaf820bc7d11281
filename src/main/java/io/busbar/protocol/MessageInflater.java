package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The inflater for the messages of one client (RFC 7692, 7.2.2), with a limit for each. All clients
 * of an event loop share one Java inflater of tens of kilobytes. The data that later messages may
 * refer to is kept for each client. So only clients with much data cost much. Used by one thread.
 */
final class MessageInflater {
  private static final int LEAST_ROOM = 256;

  /** Bytes that the client has left out at the end of a message. */
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

  /** The end of earlier messages, in the first bytes of the array; null for none. */
  private byte @Nullable [] history;

  private int historySize;

  /**
   * @param maxSize bytes of an inflated message
   * @param window bytes of earlier messages that a message may refer to
   */
  MessageInflater(int maxSize, int window) {
    this.maxSize = maxSize;
    this.window = window;
  }

  /** Returns the number of bytes of earlier messages that a message may refer to. */
  int window() {
    return window;
  }

  /**
   * Returns the maximum deflated size for a message of that size; deflating makes some messages
   * larger.
   */
  static int mostDeflated(int size) {
    return (int) Math.min(Integer.MAX_VALUE, size + size / 8L + 64);
  }

  /**
   * Returns the message inflated.
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

  /** The output. Used by one thread. */
  private final class Inflated {
    private byte[] bytes;
    private int size;

    /** Whether the client has sent a final block and nothing after it. */
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
          // After a final block new ones may follow (RFC 7692, 7.2.3.4).
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
