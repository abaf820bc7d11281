package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The form in which a kind of transport carries messages: its own frames, quoted text, or the plain
 * bytes. It has no state, and one object per kind, so all sockets share the framed bytes. Any
 * thread may use it.
 */
public interface Framing {
  /** Does what all receivers have in common, such as quoting and escaping. */
  EncodedMessage prepare(EncodedMessage encoded);

  /** Returns a label in the form for the slots of prepared messages. */
  default byte[] label(byte[] label) {
    return prepare(EncodedMessage.text(label)).bytes();
  }

  /**
   * Returns whether the transport carries only UTF-8; an encoder writes other bytes as text then.
   */
  default boolean isTextOnly() {
    return false;
  }

  /** Returns the bytes of the prepared messages in order; the caller owns the buffer. */
  ByteBuf join(List<EncodedMessage> prepared);
}
