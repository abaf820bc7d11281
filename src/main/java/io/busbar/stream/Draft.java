package io.busbar.stream;

import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.hub.StreamMessage;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that is published on a stream and has no place yet.
 *
 * @param packed its payload, of which nothing changes
 * @param headers as they are on the bus; never changed
 * @param known the same payload as it came, where nobody else has it; null where it is read again
 */
record Draft(Payload packed, MultiMap headers, @Nullable Payload known) {
  StreamMessage at(Position position, long millis) {
    return new StreamMessage(position, millis, packed, headers);
  }

  /** What goes on the bus. */
  @Nullable Object body() {
    return known == null ? packed.body() : known.body();
  }
}
