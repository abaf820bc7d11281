package io.busbar.stream;

import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.hub.StreamMessage;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * A publication on a stream that has no position yet.
 *
 * @param packed its payload, which never changes
 * @param headers as on the bus; never changed
 * @param known the same payload as it came, if nobody else has it; null if it must be read again
 */
record Draft(Payload packed, MultiMap headers, @Nullable Payload known) {
  StreamMessage at(Position position, long millis) {
    return new StreamMessage(position, millis, packed, headers);
  }

  /** The body of the bus message. */
  @Nullable Object body() {
    return known == null ? packed.body() : known.body();
  }
}
