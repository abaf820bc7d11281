package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of what a channel costs whose subscribers have thousands of labels. */
final class LoopSubscribersTest {
  private static final int MANY = 20_000;

  /** Maximum number of comparisons for one subscription; a scan of all labels needs thousands. */
  private static final long A_FEW = 100;

  private final AtomicLong comparisons = new AtomicLong();
  private final Vertx vertx = Vertx.vertx();
  private final Session session =
      new Session(
          new Hub(vertx, Config.defaults()), null, new NoTransport(), "test", Principal.NOBODY);

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  @Test
  void manyLabelsJoinAndLeaveInLinearWork() {
    assertJoinAndLeaveAreCheap(i -> subscribe("subscription:" + i));
  }

  /** "Aa" and "BB" have one hash, and so have all texts of the same length made of them. */
  @Test
  void labelsWithCollidingHashesStayLinear() {
    assertJoinAndLeaveAreCheap(
        i ->
            subscribe(
                String.format("%15s", Integer.toBinaryString(i))
                    .replace(' ', '0')
                    .replace("0", "Aa")
                    .replace("1", "BB")));
  }

  /** Clients write filters, too. */
  @Test
  void filtersWithCollidingHashesStayLinear() {
    assertJoinAndLeaveAreCheap(i -> subscribe("a", new CountedFilter(i, comparisons)));
  }

  @Test
  void lastSubscriptionTakesThePlaceOfACancelledOne() {
    LoopSubscribers subscribers = new LoopSubscribers(null, null);
    List<Subscription> three = List.of(subscribe("a"), subscribe("a"), subscribe("a"));
    three.forEach(subscribers::join);
    three.get(0).cancel();
    assertThat(three.get(2).index()).isZero();
    three.get(2).cancel();
    assertThat(three.get(1).index()).isZero();
    three.get(1).cancel();
    assertThat(three).allMatch(subscription -> subscription.subscribers() == null);
  }

  private void assertJoinAndLeaveAreCheap(IntFunction<Subscription> subscription) {
    LoopSubscribers subscribers = new LoopSubscribers(null, null);
    List<Subscription> all = new ArrayList<>(MANY);
    for (int i = 0; i < MANY; i++) {
      all.add(subscription.apply(i));
    }
    all.forEach(subscribers::join);
    assertThat(comparisons.get()).isLessThan(MANY * A_FEW);
    comparisons.set(0);
    all.forEach(Subscription::cancel);
    assertThat(comparisons.get()).isLessThan(MANY * A_FEW);
  }

  private Subscription subscribe(String label) {
    return subscribe(label, null);
  }

  private Subscription subscribe(String label, Filter filter) {
    return new Subscription(
        session,
        label,
        ChannelName.of("a"),
        new CountedEncoder(comparisons),
        label.getBytes(StandardCharsets.UTF_8),
        filter,
        null,
        true);
  }

  /** A filter with the same hash as every other one. */
  private record CountedFilter(int number, AtomicLong comparisons) implements Filter {
    @Override
    public boolean accepts(MultiMap headers) {
      return true;
    }

    @Override
    public boolean equals(Object other) {
      comparisons.incrementAndGet();
      return other instanceof CountedFilter that && number == that.number;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public String toString() {
      return String.valueOf(number);
    }
  }

  /**
   * An encoder that equals every other one, and counts the comparisons. Used by the test's thread.
   */
  private static final class CountedEncoder implements Encoder {
    private final AtomicLong comparisons;

    CountedEncoder(AtomicLong comparisons) {
      this.comparisons = comparisons;
    }

    @Override
    public EncodedMessage encode(Fanout message) {
      return EncodedMessage.text("");
    }

    @Override
    public boolean equals(Object other) {
      comparisons.incrementAndGet();
      return other instanceof CountedEncoder;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }
}
