package io.busbar.hub;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a message is in its stream. Offsets go up by one from message to message, also where a new
 * epoch goes on with what the one before had. One of another epoch may be of another stream.
 */
public record Position(String epoch, long offset) {
  /** The header of a stream's message on the bus that has its epoch. */
  public static final String EPOCH = "busbar-epoch";

  /** And its offset. */
  public static final String OFFSET = "busbar-offset";

  /** The position of a message on the bus; null where it has none. */
  static @Nullable Position of(MultiMap headers) {
    String epoch = headers.get(EPOCH);
    return epoch == null ? null : new Position(epoch, Long.parseLong(headers.get(OFFSET)));
  }

  /** Whether it is the next one of the same epoch. */
  boolean follows(Position before) {
    return offset == before.offset + 1 && epoch.equals(before.epoch);
  }
}
