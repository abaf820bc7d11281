package io.busbar.protocol.stomp;

import io.vertx.core.MultiMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A message that a queue accepted.
 *
 * @param id that no other message of any node has
 * @param body of a type that the event bus carries
 * @param size of the body, in bytes as a client reads it
 * @param headers with those that say who sent it
 * @param acceptedMillis when; milliseconds since 1970
 */
record QueueMessage(String id, Object body, int size, MultiMap headers, long acceptedMillis) {
  private static final String NODE = UUID.randomUUID() + "-";
  private static final AtomicLong NUMBER = new AtomicLong();

  static QueueMessage of(Object body, int size, MultiMap headers) {
    return new QueueMessage(
        NODE + NUMBER.incrementAndGet(), body, size, headers, System.currentTimeMillis());
  }
}
