package io.busbar.cluster;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The repetition of writes to Hazelcast whose result is unknown, because a backup did not answer or
 * the node died. Only for writes without another effect at the second time.
 */
public final class RetriedWrites {
  /** Maximum number of tries; each may take the five seconds that Hazelcast waits for a backup. */
  private static final int MOST_TIMES = 5;

  private RetriedWrites() {}

  /**
   * Will return Hazelcast's result on the caller's context. Hazelcast itself would use the JVM's
   * common pool, or a new thread for each result where that pool has one thread.
   */
  public static <T> Future<T> said(Vertx vertx, CompletionStage<T> answer) {
    Promise<T> promise = ((VertxInternal) vertx).getOrCreateContext().promise();
    answer.whenCompleteAsync(promise::complete, Runnable::run);
    return promise.future();
  }

  /** Will repeat the write until its result is certain; fails with the last failure. */
  public static <T> Future<T> untilCertain(Supplier<Future<T>> write) {
    return again(write, MOST_TIMES);
  }

  private static <T> Future<T> again(Supplier<Future<T>> write, int times) {
    return write
        .get()
        .recover(
            e -> times > 1 && isUncertain(e) ? again(write, times - 1) : Future.failedFuture(e));
  }

  /**
   * Returns whether the result is unknown.
   *
   * @param failure null for none
   */
  private static boolean isUncertain(@Nullable Throwable failure) {
    return failure instanceof IndeterminateOperationStateException
        || failure != null && failure.getCause() instanceof IndeterminateOperationStateException;
  }
}
