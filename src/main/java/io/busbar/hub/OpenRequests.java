package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The number of requests to workers that are neither answered nor failed. A node waits for them
 * before it stops. Any thread may use it.
 */
final class OpenRequests {
  private final AtomicLong count = new AtomicLong();
  private final AtomicReference<Promise<Void>> awaited = new AtomicReference<>();

  void begins() {
    count.incrementAndGet();
  }

  void ends() {
    if (count.decrementAndGet() == 0) {
      notifyWaiting();
    }
  }

  /** Completes when there is no open request for a moment. */
  Future<Void> whenNone() {
    Promise<Void> promise = Promise.promise();
    awaited.set(promise);
    if (count.get() == 0) {
      notifyWaiting();
    }
    return promise.future();
  }

  private void notifyWaiting() {
    Promise<Void> promise = awaited.get();
    if (promise != null) {
      promise.tryComplete();
    }
  }
}
