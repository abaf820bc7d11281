package io.busbar.protocol.stomp;

import java.util.ArrayList;
import java.util.List;

/**
 * Messages that somebody on the bus took and said nothing about in time. In a cluster that may be
 * because the node died: a message is done with only when all nodes answer and none was lost since
 * it was sent. Owned by the queue's event loop.
 */
final class QueueSilence {
  private static final long AGAIN_MILLIS = 1_000;

  /** So long the bus may go on sending to a node that is gone. */
  private static final long STALE_MILLIS = 5_000;

  private record Silent(QueueEntry entry, long sentMillis) {}

  private final StompQueue queue;
  private final QueueOutlet bus;
  private final QueueCluster cluster;
  private List<Silent> waiting = new ArrayList<>();
  private boolean asking;

  /**
   * @param cluster null where there is none
   */
  QueueSilence(StompQueue queue, QueueOutlet bus, QueueCluster cluster) {
    this.queue = queue;
    this.bus = bus;
    this.cluster = cluster;
  }

  /** Will find out whether it was handled. */
  void after(QueueEntry entry, long sentMillis) {
    if (cluster == null) {
      queue.done(entry);
    } else {
      waiting.add(new Silent(entry, sentMillis));
      ask();
    }
  }

  private void ask() {
    if (!asking && !waiting.isEmpty()) {
      asking = true;
      List<Silent> asked = waiting;
      waiting = new ArrayList<>();
      cluster.allAnswer().onComplete(all -> queue.run(() -> judge(asked, all.succeeded())));
    }
  }

  private void judge(List<Silent> asked, boolean allAnswer) {
    asking = false;
    long lost = cluster.homes().lastLossMillis() + STALE_MILLIS;
    for (Silent silent : asked) {
      if (silent.sentMillis() < lost) {
        queue.returned(silent.entry(), bus, false);
      } else if (allAnswer) {
        queue.done(silent.entry());
      } else {
        waiting.add(silent);
      }
    }
    if (allAnswer) {
      ask();
    } else {
      queue.runAfter(AGAIN_MILLIS, this::ask);
    }
  }
}
