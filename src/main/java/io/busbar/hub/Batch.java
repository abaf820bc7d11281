package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of an event loop has for subscribers who read the same bytes: prepared wires, and
 * the same joined for writing. Lives for one turn; its loop releases it.
 */
final class Batch {
  /** Bytes of wires that go into one batch, unless a single wire is larger. */
  static final int MOST_BYTES = 64 << 10;

  private final List<EncodedMessage> wires;
  private final @Nullable Channel channel;
  private final Framing framing;

  /** Of the last message; null where the channel is no stream. */
  private final @Nullable Position last;

  private @Nullable ByteBuf joined;

  /**
   * @param channel where the wires come from; null for what is said to one session alone
   * @param last position of the last of them; null where the channel is no stream
   */
  Batch(List<EncodedMessage> wires, @Nullable Channel channel, Framing framing, @Nullable Position last) {
    this.wires = wires;
    this.last = last;
    this.channel = channel;
    this.framing = framing;
  }

  List<EncodedMessage> wires() {
    return wires;
  }

  @Nullable Channel channel() {
    return channel;
  }

  @Nullable Position last() {
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
