package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The assembler of WebSocket frames to messages (RFC 6455, 5.4). A message is one data frame, or a
 * first frame and continuations up to a final one. It limits the size, checks that text is UTF-8,
 * and inflates a complete message. Owned by the transport's event loop.
 */
final class MessageAssembler {
  private final int maxSize;
  private final Receiver receiver;
  private final @Nullable MessageInflater inflater;
  private @Nullable Buffer fragments;
  private boolean text;
  private boolean compressed;

  /**
   * @param inflater null without compression
   */
  MessageAssembler(int maxSize, Receiver receiver, @Nullable MessageInflater inflater) {
    this.maxSize = maxSize;
    this.receiver = receiver;
    this.inflater = inflater;
  }

  /** Returns the bytes held of an incomplete message. */
  int size() {
    return fragments == null ? 0 : fragments.length();
  }

  /** Drops the incomplete message. */
  void drop() {
    fragments = null;
  }

  /**
   * Handles a text or binary frame.
   *
   * @throws ProtocolException when the last message is incomplete, or this one is too big, not
   *     UTF-8 or cannot be inflated
   */
  void first(boolean isText, boolean isCompressed, byte[] payload, boolean isFinal) {
    if (fragments != null) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "a new message began before the last one ended");
    }
    text = isText;
    compressed = isCompressed;
    add(payload, isFinal);
  }

  /**
   * Handles a continuation frame.
   *
   * @throws ProtocolException when no message has begun, or for the faults of a first frame
   */
  void continuation(byte[] payload, boolean isFinal) {
    if (fragments == null) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "a continuation came without a message");
    }
    add(payload, isFinal);
  }

  private void add(byte[] payload, boolean isFinal) {
    long size = (fragments == null ? 0L : fragments.length()) + payload.length;
    if (size > (compressed ? MessageInflater.mostDeflated(maxSize) : maxSize)) {
      fragments = null;
      throw new ProtocolException(
          Disconnect.TOO_BIG, "a message is larger than " + maxSize + " bytes");
    }
    if (!isFinal) {
      fragments = (fragments == null ? Buffer.buffer() : fragments).appendBytes(payload);
      return;
    }
    byte[] whole = fragments == null ? payload : fragments.appendBytes(payload).getBytes();
    fragments = null;
    whole = compressed && inflater != null ? inflater.inflate(whole) : whole;
    if (text) {
      receiver.text(Utf8.decode(whole));
    } else {
      receiver.binary(Buffer.buffer(whole));
    }
  }
}
