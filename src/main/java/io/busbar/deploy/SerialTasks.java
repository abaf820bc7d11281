package io.busbar.deploy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** One thing is done after the other. Any thread may ask. */
final class SerialTasks {
  private final AtomicReference<Future<?>> last = new AtomicReference<>(Future.succeededFuture());

  /** Will take the step when all before it are over. */
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
