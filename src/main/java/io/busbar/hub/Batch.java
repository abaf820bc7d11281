package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The messages that one turn of an event loop has for subscribers with the same bytes: the encoded
 * messages, and their bytes joined for writing. Lives for one turn; owned by its event loop, which
 * releases it.
 */
final class Batch {
  /** Maximum size of the messages in one batch, in bytes; a single message may be larger. */
  static final int MOST_BYTES = 64 << 10;

  private final List<EncodedMessage> wires;
  private final Channel channel;
  private final Framing framing;

  /** Position of the last message; null where the channel is no stream. */
  private final Position last;

  private ByteBuf joined;

  /**
   * @param channel the channel of the messages; null for messages to one session alone
   * @param last position of the last message; null where the channel is no stream
   */
  Batch(List<EncodedMessage> wires, Channel channel, Framing framing, Position last) {
    this.wires = wires;
    this.last = last;
    this.channel = channel;
    this.framing = framing;
  }

  List<EncodedMessage> wires() {
    return wires;
  }

  Channel channel() {
    return channel;
  }

  Position last() {
    return last;
  }

  /**
   * Returns the bytes, joined at the first call. The caller has to release each returned buffer.
   */
  ByteBuf bytes() {
    if (joined == null) {
      joined = framing.join(wires);
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
