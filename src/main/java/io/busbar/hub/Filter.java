package io.busbar.hub;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * A choice of the messages of a channel that a subscriber wants. Immutable: all event loops use the
 * same filter. Filters are compared with {@code equals}; one of the equal ones runs once per
 * message and group. {@code toString} differs for filters that are not equal.
 */
@FunctionalInterface
public interface Filter {
  /**
   * Returns whether the message is wanted. It must be fast and never throw.
   *
   * @param headers the headers that clients see; null for none
   */
  boolean accepts(@Nullable MultiMap headers);
}
