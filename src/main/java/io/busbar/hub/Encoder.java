package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * The encoder of messages in the form of a protocol. Any thread may use it: it has no state.
 * Encoders are compared with {@code equals}; one of the equal ones runs once per message for all
 * their subscribers.
 */
public interface Encoder {
  /** Returns the encoded message; null where readers of this form do not get the message. */
  @Nullable EncodedMessage encode(Fanout message);

  /** Returns whether it also encodes gaps in a stream ({@link Fanout#lost}). */
  default boolean reportsGaps() {
    return false;
  }
}
