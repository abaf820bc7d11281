package io.busbar.protocol.stomp;

import java.util.Set;

/**
 * Which node runs each queue, where several nodes share the store of their queues. What it says is
 * this node's view: others may hear of a change a moment earlier or later. Any thread may ask, and
 * nothing here waits.
 */
public interface QueueHomes {
  /** This node. */
  String here();

  /** The node that runs the queue; null while nobody knows. */
  String of(String queue);

  /** The nodes of the cluster, this one among them. */
  Set<String> nodes();

  /**
   * Until when what was said to other nodes may have been lost: a node was missed then, or one that
   * had been missed came back; milliseconds since 1970, 0 for never.
   */
  long lastLossMillis();

  /**
   * Milliseconds for which a queue that came here must not be opened, so that the node that had it
   * ends what it began and consumers say what they hold; 0 for none.
   */
  long settlesIn(String queue);

  /** Will run it, on any thread, each time queues have moved or nodes have come or gone. */
  void onChange(Runnable changed);
}
