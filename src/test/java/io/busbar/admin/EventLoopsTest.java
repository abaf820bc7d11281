package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node notices an event loop that does not run its tasks. */
final class EventLoopsTest {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(3));
  private final ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
  private final EventLoops loops = new EventLoops(vertx);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    TestGateway.await(vertx.close());
  }

  private List<Integer> silent(long withinMillis) {
    Promise<List<Integer>> silent = Promise.promise();
    context.runOnContext(nothing -> loops.silent(withinMillis).onComplete(silent));
    return TestGateway.await(silent.future());
  }

  /** Blocks an event loop that is not the caller's, and returns its index. */
  private int block() {
    List<EventLoop> all = new ArrayList<>();
    for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      all.add((EventLoop) loop);
    }
    int number = (all.indexOf(context.nettyEventLoop()) + 1) % all.size();
    all.get(number)
        .execute(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return number;
  }

  @Test
  void healthyLoopsAreNotSilent() {
    assertThat(silent(15_000)).isEmpty();
  }

  @Test
  void stuckLoopIsReportedUntilItRecovers() {
    int stuck = block();
    assertThat(silent(300)).contains(stuck);
    end.countDown();
    assertThat(silent(15_000)).isEmpty();
  }

  @Test
  void lagOfAStuckLoopIsRemembered() {
    loops.start();
    int stuck = block();
    await().during(Duration.ofMillis(1_500)).atMost(Duration.ofSeconds(20)).until(() -> true);
    end.countDown();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(loops.worstLagSeconds(stuck)).isGreaterThan(0.1));
    loops.stop();
  }
}
