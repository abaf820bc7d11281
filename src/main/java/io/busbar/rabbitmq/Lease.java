package io.busbar.rabbitmq;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Lock;

/**
 * The right of one node of the cluster to run a route. Hazelcast frees it when the node dies. While
 * a cluster is split, each half may have one. Belongs to the verticle's event loop.
 */
final class Lease {
  private static final String PREFIX = "busbar.rabbitmq.route.";
  private static final long TRY_MILLIS = 10;
  private static final long AGAIN_MILLIS = 500;

  private final Vertx vertx;
  private final String name;
  private Lock lock;
  private Runnable taken;
  private boolean asking;

  Lease(Vertx vertx, String name) {
    this.vertx = vertx;
    this.name = PREFIX + name;
  }

  /** Will run it as soon as this node has the lease; at once where there is no cluster. */
  void take(Runnable then) {
    taken = then;
    ask();
  }

  private void ask() {
    if (taken == null || asking) {
      return;
    }
    if (!vertx.isClustered() || lock != null) {
      taken.run();
      return;
    }
    asking = true;
    vertx
        .sharedData()
        .getLockWithTimeout(name, TRY_MILLIS)
        .onComplete(
            asked -> {
              asking = false;
              if (asked.failed()) {
                vertx.setTimer(AGAIN_MILLIS, timer -> ask());
              } else if (taken == null) {
                asked.result().release();
              } else {
                lock = asked.result();
                taken.run();
              }
            });
  }

  /** Will let another node have it, and take it no more. */
  void release() {
    taken = null;
    if (lock != null) {
      lock.release();
      lock = null;
    }
  }
}
