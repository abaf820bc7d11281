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
 * Writes to Hazelcast whose backup did not answer, or whose node died: nobody knows whether they
 * were done, so they are done again. Only for writes that change nothing the second time.
 */
public final class SureWrites {
  /** Each may take the five seconds that Hazelcast waits for a backup. */
  private static final int MOST_TIMES = 5;

  private SureWrites() {}

  /**
   * What Hazelcast will say, told on the context of who asks. Else Hazelcast tells it in the JVM's
   * common pool or, where that has one thread only, in a new thread each.
   */
  public static <T> Future<T> said(Vertx vertx, CompletionStage<T> answer) {
    Promise<T> promise = ((VertxInternal) vertx).getOrCreateContext().promise();
    answer.whenCompleteAsync(promise::complete, Runnable::run);
    return promise.future();
  }

  /** Will do it until it is certain; fails with what the last one said. */
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
   * Whether nobody knows what was done.
   *
   * @param failure null for none
   */
  private static boolean isUncertain(@Nullable Throwable failure) {
    return failure instanceof IndeterminateOperationStateException
        || failure != null && failure.getCause() instanceof IndeterminateOperationStateException;
  }
}
