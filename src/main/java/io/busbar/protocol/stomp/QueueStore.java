package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.List;

/**
 * Keeps what queues accepted until it is done with. One queue is used by one event loop, which
 * orders its calls; what a call returns may complete on any thread.
 */
interface QueueStore {
  /** Completes when the message is safe. */
  Future<Void> add(String queue, QueueMessage message);

  /** Forgets a message; completes also where there is none. */
  Future<Void> remove(String queue, String id);

  /** All that the queue has, in the order in which they were added. */
  Future<List<QueueMessage>> messages(String queue);
}
