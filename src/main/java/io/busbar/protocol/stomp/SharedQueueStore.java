package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;

/**
 * A store that outlives each of the nodes that share it. Only the node that a queue lives on, as
 * {@link QueueHomes} say, uses what is stored of it.
 */
public interface SharedQueueStore extends QueueStore {
  /** The ids of all messages of the queues that live on this node, by queue. */
  Future<Map<String, Set<String>>> ids();
}
