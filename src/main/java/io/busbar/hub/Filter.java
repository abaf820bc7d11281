package io.busbar.hub;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of a channel's messages a subscriber wants. Immutable: one filter serves all event loops.
 * Filters are compared with {@code equals}; of equal ones one runs for each message and group of
 * subscribers. {@code toString} tells apart those that are not equal.
 */
@FunctionalInterface
public interface Filter {
  /**
   * Whether a message is wanted. Is fast and never throws.
   *
   * @param headers the headers that clients see; null when there are none
   */
  boolean accepts(@Nullable MultiMap headers);
}
