package io.busbar.protocol.stomp;

import io.vertx.core.MultiMap;
import java.util.UUID;

/**
 * A message that a queue accepted.
 *
 * @param id a UUID
 * @param body of a type that the event bus carries
 * @param size of the body, in bytes as a client reads it
 * @param headers with those that say who sent it
 * @param acceptedMillis when; milliseconds since 1970
 */
record QueueMessage(String id, Object body, int size, MultiMap headers, long acceptedMillis) {
  static QueueMessage of(Object body, int size, MultiMap headers) {
    return new QueueMessage(
        UUID.randomUUID().toString(), body, size, headers, System.currentTimeMillis());
  }
}
