package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits of tests: for a result or a condition, at most ten seconds. */
final class Waiting {
  static final long MOST_SECONDS = 10;

  private Waiting() {}

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
  }

  static void until(BooleanSupplier condition) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still not so after " + MOST_SECONDS + " seconds");
      }
      never.await(2, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * The number of timers that have neither fired nor been cancelled, including those of requests.
   */
  static int timers(Vertx vertx) {
    try {
      Field timeouts = vertx.getClass().getDeclaredField("timeouts");
      timeouts.setAccessible(true);
      return ((Map<?, ?>) timeouts.get(vertx)).size();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("Vert.x keeps its timers elsewhere now", e);
    }
  }
}
