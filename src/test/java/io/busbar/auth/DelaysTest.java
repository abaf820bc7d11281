package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.config.Network;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tests of how guessing is slowed down, with the test's own clock. */
final class DelaysTest {
  private static void wrong(Delays delays, String key, int times) {
    for (int i = 0; i < times; i++) {
      delays.wrong(key, 0);
    }
  }

  @Test
  void delayDoublesWithEachFurtherFailure() {
    Delays delays = new Delays(false);
    assertThat(delays.before("a", 0)).isZero();
    wrong(delays, "a", 3);
    long first = delays.before("a", 0);
    assertThat(first).isPositive();
    wrong(delays, "a", 1);
    assertThat(delays.before("a", 0)).isEqualTo(2 * first);
    assertThat(delays.before("b", 0)).isZero();
  }

  @Test
  void concurrentAttemptsWaitInTurnUntilTooManyAreRefused() {
    Delays delays = new Delays(true);
    wrong(delays, "a", 8);
    long first = delays.before("a", 0);
    assertThat(delays.before("a", 0)).isEqualTo(2 * first);
    long next = first;
    for (int i = 0; i < 100 && next != Delays.REFUSED; i++) {
      next = delays.before("a", 0);
    }
    assertThat(next).isEqualTo(Delays.REFUSED);
    assertThat(delays.before("a", 60_000)).isEqualTo(first);
  }

  @Test
  void delayIsBoundedAndExpires() {
    Delays delays = new Delays(false);
    wrong(delays, "a", 1_000);
    assertThat(delays.before("a", 0)).isBetween(1L, 10_000L);
    assertThat(delays.before("a", 3_600_000)).isZero();
    wrong(delays, "b", 10);
    delays.right("b");
    assertThat(delays.before("b", 0)).isZero();
  }

  @Test
  void numberOfRememberedKeysIsBounded() {
    Delays delays = new Delays(true);
    for (int i = 0; i < 50_000; i++) {
      delays.wrong("key" + i, 0);
    }
    assertThat(delays.size()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void expiredFailuresDoNotCount() {
    Delays delays = new Delays(false);
    wrong(delays, "a", 3);
    delays.wrong("a", 3_600_000);
    assertThat(delays.hasFailed("a", 3_600_000)).isTrue();
    assertThat(delays.isSlow("a", 3_600_000)).isFalse();
    assertThat(delays.hasFailed("a", 7_200_000)).isFalse();
  }

  @Test
  void addressWithoutFailuresIsNotDelayedByOthers() {
    Vertx vertx = Vertx.vertx();
    LoginDelays delays = new LoginDelays(vertx);
    for (int i = 0; i < 10; i++) {
      delays.wrong("guesser", "ann");
    }
    delays.wrong("once", "bob");
    assertThat(delays.pass("home", "ann").succeeded()).isTrue();
    assertThat(delays.pass("once", "bob").succeeded()).isTrue();
    assertThat(delays.pass("once", "ann").isComplete()).isFalse();
    assertThat(delays.pass("guesser", "bob").isComplete()).isFalse();
    TestGateway.await(vertx.close());
  }

  @Test
  void knownLoginEndsByAWrongPasswordOrAfterADay() {
    AtomicLong clock = new AtomicLong();
    LoginHistory past = new LoginHistory(clock::get);
    past.right("home", "ann");
    past.right("home", "bob");
    assertThat(past.has("home", "ann")).isTrue();
    assertThat(past.has("home", "cid")).isFalse();
    assertThat(past.has("away", "ann")).isFalse();
    past.wrong("home", "ann");
    assertThat(past.has("home", "ann")).isFalse();
    clock.set(Duration.ofHours(23).toNanos());
    assertThat(past.has("home", "bob")).isTrue();
    clock.set(Duration.ofHours(25).toNanos());
    assertThat(past.has("home", "bob")).isFalse();
  }

  @Test
  void addressesOfOneNetworkAreEqual() {
    assertThat(Network.ofClient("2001:db8:1:2:3:4:5:6"))
        .isEqualTo(Network.ofClient("2001:db8:1:2:9:9:9:9"))
        .isEqualTo(Network.ofClient("2001:db8:1:2::1"))
        .isNotEqualTo(Network.ofClient("2001:db8:1:3::1"));
    assertThat(Network.ofClient("192.0.2.1")).isNotEqualTo(Network.ofClient("192.0.2.2"));
  }
}
