package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * Writes a message in a protocol's own form. Stateless; encoders are compared with {@code equals},
 * and of equal ones one runs for all their subscribers, once for each message.
 */
public interface Encoder {
  /** Null where the message is not for those who read this form. */
  @Nullable EncodedMessage encode(Fanout message);

  /** Whether it is given what tells of a gap in a stream ({@link Fanout#lost}), too. */
  default boolean tellsGaps() {
    return false;
  }
}
