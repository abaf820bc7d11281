package io.busbar.admin;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The delays of the event loops. A task on each event loop runs once a second. It stores by how
 * much its last 15 runs were late. Each loop writes its own numbers, and any thread may read them.
 * The admin verticle's event loop starts and stops the tasks.
 */
final class EventLoops {
  private static final int REMEMBERED = 15;
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Vertx vertx;
  private final List<EventLoop> loops = new ArrayList<>();
  private final List<ScheduledFuture<?>> tasks = new ArrayList<>();
  private final AtomicLongArray lags;

  EventLoops(Vertx vertx) {
    this.vertx = vertx;
    for (EventExecutor executor : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      loops.add((EventLoop) executor);
    }
    this.lags = new AtomicLongArray(loops.size() * REMEMBERED);
  }

  private final class Probe implements Runnable {
    private final int first;
    private long planned = System.nanoTime() + PERIOD_NANOS;
    private int run;

    private Probe(int loop) {
      this.first = loop * REMEMBERED;
    }

    @Override
    public void run() {
      lags.lazySet(first + run++ % REMEMBERED, Math.max(0, System.nanoTime() - planned));
      planned += PERIOD_NANOS;
    }
  }

  void start() {
    for (int i = 0; i < loops.size(); i++) {
      Probe probe = new Probe(i);
      tasks.add(
          loops
              .get(i)
              .scheduleAtFixedRate(probe, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS));
    }
  }

  void stop() {
    tasks.forEach(task -> task.cancel(false));
  }

  int count() {
    return loops.size();
  }

  /** Returns the longest delay of that loop in the last 15 seconds. */
  double worstLagSeconds(int loop) {
    long worst = 0;
    for (int i = 0; i < REMEMBERED; i++) {
      worst = Math.max(worst, lags.get(loop * REMEMBERED + i));
    }
    return worst / 1e9;
  }

  /** Returns the longest delay of all loops in the last 15 seconds. */
  double worstLagSeconds() {
    double worst = 0;
    for (int i = 0; i < loops.size(); i++) {
      worst = Math.max(worst, worstLagSeconds(i));
    }
    return worst;
  }

  /**
   * Will return the indices of the loops that have not run a task in that time; empty if all have.
   *
   * @param withinMillis milliseconds from now
   */
  Future<List<Integer>> silent(long withinMillis) {
    List<Future<Integer>> answers = new ArrayList<>();
    for (EventLoop loop : loops) {
      Promise<Integer> answer = Promise.promise();
      loop.execute(() -> answer.tryComplete());
      vertx.setTimer(withinMillis, late -> answer.tryFail("silent"));
      answers.add(answer.future());
    }
    return Future.join(answers)
        .transform(
            all -> {
              List<Integer> silent = new ArrayList<>();
              for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i).failed()) {
                  silent.add(i);
                }
              }
              return Future.succeededFuture(silent);
            });
  }
}
