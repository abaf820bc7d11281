package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the requests to workers that are neither answered nor failed, so that a node that leaves
 * forgets none. Any thread may use it.
 */
final class OpenRequests {
  private final AtomicLong count = new AtomicLong();
  private final AtomicReference<Promise<Void>> awaited = new AtomicReference<>();

  void begins() {
    count.incrementAndGet();
  }

  void ends() {
    if (count.decrementAndGet() == 0) {
      tell();
    }
  }

  /** Completes when there is none for a moment. */
  Future<Void> whenNone() {
    Promise<Void> promise = Promise.promise();
    awaited.set(promise);
    if (count.get() == 0) {
      tell();
    }
    return promise.future();
  }

  private void tell() {
    Promise<Void> promise = awaited.get();
    if (promise != null) {
      promise.tryComplete();
    }
  }
}
