package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.busbar.hub.InboundBudget.Reason;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that the budget of incomplete input adds up under concurrent changes. */
final class InboundBudgetTest {
  private final DefaultEventExecutorGroup loops = new DefaultEventExecutorGroup(4);

  private static InboundBudget budget(String... settings) {
    Config config = ConfigLoader.load(null, Map.of(), List.of(settings));
    return new InboundBudget(config);
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** A holder that counts how often it is ended. Called on its event loop. */
  private static final class Counted implements PartialInput.Holder {
    private int ends;

    @Override
    public void giveUp(Reason why) {
      ends++;
    }

    @Override
    public boolean isHeldBack() {
      return false;
    }
  }

  private static void grow(InboundBudget budget, EventExecutor loop, int seed, List<Counted> all) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Counted holder = new Counted();
      all.add(holder);
      PartialInput input = budget.of("127.0.0." + random.nextInt(3), loop, holder);
      for (int step = 0; step < 50; step++) {
        int bytes = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
        input.holds(bytes, bytes);
      }
      input.close();
    }
  }

  @Test
  void budgetIsZeroWhenAllHoldersAreClosed() {
    InboundBudget budget =
        budget("limits.inbound-total=150000", "limits.inbound-per-address=100000");
    List<List<Counted>> holders = new ArrayList<>();
    List<Future<?>> done = new ArrayList<>();
    int seed = 0;
    for (EventExecutor loop : loops) {
      List<Counted> own = new ArrayList<>();
      holders.add(own);
      int its = seed++;
      done.add(loop.submit(() -> grow(budget, loop, its, own)));
    }
    done.forEach(Future::syncUninterruptibly);
    // Holders hear of their end by a task; this waits until those tasks are done.
    loops.forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
    assertThat(budget.bytes()).isZero();
    assertThat(budget.addressCount()).isZero();
    budget.sweep();
    int notified = 0;
    for (List<Counted> own : holders) {
      for (Counted holder : own) {
        assertThat(holder.ends).isBetween(0, 1);
        notified += holder.ends;
      }
    }
    assertThat(notified).isPositive();
    assertThat(budget.endedCount(Reason.TOTAL) + budget.endedCount(Reason.ADDRESS))
        .isEqualTo(notified);
  }

  @Test
  void addressShareIsAnEighthOrFitsTheLargestBodies() {
    assertThat(budget("limits.inbound-total=512MiB").mostPerAddress()).isEqualTo(64L << 20);
    assertThat(budget("limits.inbound-total=32MiB").mostPerAddress()).isEqualTo(8L << 20);
    assertThat(budget("limits.inbound-total=1MiB").mostPerAddress()).isEqualTo(1L << 20);
    assertThat(
            budget(
                    "limits.inbound-total=32MiB",
                    "services=[{path: /a, address: a, message-size: 512KiB}]")
                .mostPerAddress())
        .isEqualTo(16L << 20);
    assertThat(budget("limits.inbound-per-address=5KiB").mostPerAddress()).isEqualTo(5L << 10);
  }

  @Test
  void proxyIsNotLimitedAsAnAddress() {
    InboundBudget budget = budget("limits.inbound-per-address=1000");
    budget.proxies(address -> address.getHostAddress().equals("127.0.0.9"));
    EventExecutor loop = loops.next();
    PartialInput behind = budget.of("127.0.0.9", loop, new Counted());
    PartialInput direct = budget.of("127.0.0.1", loop, new Counted());
    loop.submit(
            () -> {
              behind.holds(5_000, 5_000);
              direct.holds(5_000, 5_000);
            })
        .syncUninterruptibly();
    assertThat(behind.isEnded()).isFalse();
    assertThat(direct.isEnded()).isTrue();
  }

  @Test
  void addressesOfOneIpv6NetworkHaveOneShare() {
    InboundBudget budget = budget("limits.inbound-per-address=1000");
    EventExecutor loop = loops.next();
    PartialInput one = budget.of("2001:db8::1", loop, new Counted());
    PartialInput other = budget.of("2001:db8::2", loop, new Counted());
    PartialInput far = budget.of("2001:db8:0:1::1", loop, new Counted());
    loop.submit(
            () -> {
              one.holds(700, 700);
              far.holds(700, 700);
              other.holds(600, 600);
            })
        .syncUninterruptibly();
    assertThat(one.isEnded() || other.isEnded()).isTrue();
    assertThat(far.isEnded()).isFalse();
  }
}
