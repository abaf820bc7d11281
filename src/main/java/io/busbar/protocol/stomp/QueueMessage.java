package io.busbar.protocol.stomp;

import io.vertx.core.MultiMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A message that a queue accepted, as a {@link QueueStore} keeps it.
 *
 * @param id that no other message of any node has
 * @param body of a type that the event bus carries
 * @param size of the body, in bytes as a client reads it
 * @param headers with those that say who sent it
 * @param acceptedMillis when; milliseconds since 1970
 * @param sequence its place in the queue: smaller ones go first
 * @param tries how often somebody had it and did not want it
 */
public record QueueMessage(
    String id,
    Object body,
    int size,
    MultiMap headers,
    long acceptedMillis,
    long sequence,
    int tries) {
  private static final String NODE = UUID.randomUUID() + "-";
  private static final AtomicLong NUMBER = new AtomicLong();

  /** One that has no place yet. */
  static QueueMessage of(Object body, int size, MultiMap headers) {
    String id = NODE + NUMBER.incrementAndGet();
    return new QueueMessage(id, body, size, headers, System.currentTimeMillis(), 0, 0);
  }

  /** The same at that place. */
  QueueMessage at(long place) {
    return new QueueMessage(id, body, size, headers, acceptedMillis, place, tries);
  }

  /** The same after one more try. */
  QueueMessage triedAgain() {
    return new QueueMessage(id, body, size, headers, acceptedMillis, sequence, tries + 1);
  }
}
