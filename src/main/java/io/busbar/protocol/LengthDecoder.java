package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The decoder of messages with a length, from input in pieces of any size:
 *
 * <pre>
 * stream  = *message
 * message = length body
 * length  = 4 octets                               ; of the body: a signed number, high octet first
 * body    = as many octets as length says
 * </pre>
 *
 * A negative or too large length is a {@link ProtocolException} as soon as it has come; then
 * nothing is decoded any more. Memory is used for received bytes, not for the announced length.
 * Owned by the connection that feeds it.
 */
public final class LengthDecoder {
  private static final int HEAD = 4;
  private static final int FIRST_PIECE = 512;

  private final int maxLength;
  private final Consumer<byte[]> messages;

  /** Number of received octets of the length. */
  private int headSize;

  private int length;
  private byte[] kept = {};
  private int keptSize;
  private boolean stopped;

  /**
   * Creates a decoder that gives each complete body to the consumer.
   *
   * @param maxLength maximum number of octets of a body
   */
  public LengthDecoder(int maxLength, Consumer<byte[]> messages) {
    this.maxLength = maxLength;
    this.messages = messages;
  }

  /** Stops the decoder; it ignores all later input. */
  public void stop() {
    stopped = true;
    between();
  }

  /** Returns the memory held for an incomplete message, in bytes; 0 between messages. */
  public int heldBytes() {
    return headSize + kept.length;
  }

  /** Returns the number of received bytes of that message. */
  public int cameBytes() {
    return headSize + keptSize;
  }

  /**
   * Decodes the next bytes.
   *
   * @throws ProtocolException with one sentence that names the broken rule
   */
  public void decode(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && !stopped) {
      at = headSize < HEAD ? head(bytes[at], at) : body(bytes, at);
    }
  }

  private int head(byte octet, int at) {
    length = length << Byte.SIZE | octet & 0xFF;
    headSize++;
    if (headSize == HEAD) {
      if (length < 0) {
        stop();
        throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "a length is not negative");
      }
      if (length > maxLength) {
        stop();
        throw new ProtocolException(
            Disconnect.TOO_BIG, "a message is larger than " + maxLength + " bytes");
      }
      if (length == 0) {
        whole(new byte[0]);
      }
    }
    return at + 1;
  }

  private int body(byte[] bytes, int from) {
    int end = (int) Math.min(bytes.length, from + (long) length - keptSize);
    if (end - from == length) {
      whole(Arrays.copyOfRange(bytes, from, end));
    } else {
      keep(bytes, from, end);
      if (keptSize == length) {
        whole(kept.length == length ? kept : Arrays.copyOf(kept, length));
      }
    }
    return end;
  }

  private void keep(byte[] bytes, int from, int end) {
    int size = keptSize + end - from;
    if (size > kept.length) {
      long doubled = Math.max(FIRST_PIECE, 2L * kept.length);
      kept = Arrays.copyOf(kept, (int) Math.max(size, Math.min(doubled, length)));
    }
    System.arraycopy(bytes, from, kept, keptSize, end - from);
    keptSize = size;
  }

  private void whole(byte[] body) {
    between();
    messages.accept(body);
  }

  private void between() {
    headSize = 0;
    length = 0;
    keptSize = 0;
    kept = new byte[0];
  }
}
