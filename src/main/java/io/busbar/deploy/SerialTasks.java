package io.busbar.deploy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A queue of asynchronous tasks that run one at a time, in the order of the calls. Any thread may
 * use it.
 */
final class SerialTasks {
  private final AtomicReference<Future<?>> last = new AtomicReference<>(Future.succeededFuture());

  /** Will run the task when all tasks before it have completed. */
  <T> Future<T> next(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    last.getAndSet(done.future()).onComplete(before -> taken(step).onComplete(done));
    return done.future();
  }

  private static <T> Future<T> taken(Supplier<Future<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
