package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * What one turn of an event loop has for subscribers who read the same bytes: prepared wires, and
 * the same joined for writing. Lives for one turn; its loop releases it.
 */
final class Batch {
  /** Bytes of wires that go into one batch, unless a single wire is larger. */
  static final int MOST_BYTES = 64 << 10;

  private final List<EncodedMessage> wires;
  private final Channel channel;
  private final Framing framing;

  /** Of the last message; null where the channel is no stream. */
  private final Position last;

  private ByteBuf joined;

  /**
   * @param channel where the wires come from; null for what is said to one session alone
   * @param last position of the last of them; null where the channel is no stream
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

  /** The bytes, joined when first asked for; each call is one reference for the caller. */
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
