package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * How a kind of transport carries messages: frames of its own, quoted text, nothing at all.
 * Stateless and one object per kind, so that what is framed for one socket serves every other.
 */
public interface Framing {
  /** What can be done once for all receivers: quoting and escaping. */
  EncodedMessage prepare(EncodedMessage wire);

  /** A label as it goes into the slots of prepared wires. */
  default byte[] label(byte[] label) {
    return prepare(EncodedMessage.text(label)).bytes();
  }

  /** Whether bytes that are not UTF-8 would be lost: an encoder says them in text there. */
  default boolean isTextOnly() {
    return false;
  }

  /** Prepared wires, in order, as the bytes that go out; the caller owns the buffer. */
  ByteBuf join(List<EncodedMessage> prepared);
}
