package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one turn of an event loop has for subscribers with the same bytes: the encoded
 * messages, and their bytes joined for writing. Lives for one turn; owned by its event loop, which
 * releases it.
 */
final class Batch {
  /** Maximum size of the messages in one batch, in bytes; a single message may be larger. */
  static final int MOST_BYTES = 64 << 10;

  private final List<EncodedMessage> encodedMessages;
  private final @Nullable Channel channel;
  private final Framing framing;

  /** Position of the last message; null where the channel is no stream. */
  private final @Nullable Position last;

  private @Nullable ByteBuf joined;

  /**
   * @param channel the channel of the messages; null for messages to one session alone
   * @param last position of the last message; null where the channel is no stream
   */
  Batch(
      List<EncodedMessage> encodedMessages,
      @Nullable Channel channel,
      Framing framing,
      @Nullable Position last) {
    this.encodedMessages = encodedMessages;
    this.last = last;
    this.channel = channel;
    this.framing = framing;
  }

  List<EncodedMessage> encodedMessages() {
    return encodedMessages;
  }

  @Nullable Channel channel() {
    return channel;
  }

  @Nullable Position last() {
    return last;
  }

  /**
   * Returns the bytes, joined at the first call. The caller has to release each returned buffer.
   */
  ByteBuf bytes() {
    if (joined == null) {
      joined = framing.join(encodedMessages);
    }
    return joined.retainedDuplicate();
  }

  void release() {
    if (joined != null) {
      joined.release();
      joined = null;
    }
  }
}
