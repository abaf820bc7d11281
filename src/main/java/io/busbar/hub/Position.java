package io.busbar.hub;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * The place of a message in its stream. Offsets go up by one from message to message, also across
 * epochs of one stream. A position of another epoch may belong to another stream.
 */
public record Position(String epoch, long offset) {
  /** Header with the epoch of a stream's message on the bus. */
  public static final String EPOCH = "busbar-epoch";

  /** Header with the offset of a stream's message on the bus. */
  public static final String OFFSET = "busbar-offset";

  /** Returns the position of a message on the bus; null for none. */
  static @Nullable Position of(MultiMap headers) {
    String epoch = headers.get(EPOCH);
    return epoch == null ? null : new Position(epoch, Long.parseLong(headers.get(OFFSET)));
  }

  /** Returns whether it is the next position in the same epoch. */
  boolean follows(Position before) {
    return offset == before.offset + 1 && epoch.equals(before.epoch);
  }
}
