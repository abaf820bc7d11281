package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.List;

/**
 * Keeps what queues accepted until it is done with. One queue is used by one event loop, of one
 * node at a time, which orders its calls and does not wait for one to complete before the next;
 * what a call returns may complete on any thread.
 */
public interface QueueStore {
  /** Completes when the message is safe. */
  Future<Void> add(String queue, QueueMessage message);

  /** Puts the message in the place of the one of its id; does nothing where there is none. */
  Future<Void> update(String queue, QueueMessage message);

  /** Forgets a message; completes also where there is none. */
  Future<Void> remove(String queue, String id);

  /** All that the queue has, by their sequence. */
  Future<List<QueueMessage>> messages(String queue);
}
