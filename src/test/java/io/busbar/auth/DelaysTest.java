package io.busbar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How who guesses is slowed down; the clock is the test's. */
final class DelaysTest {
  private static void wrong(Delays delays, String key, int times) {
    for (int i = 0; i < times; i++) {
      delays.wrong(key, 0);
    }
  }

  @Test
  void firstTriesCostNothingAndEachFurtherOneTwiceAsMuch() {
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
  void triesAtTheSameTimeWaitForEachOtherUntilTheyAreTooMany() {
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
  void delayHasABoundAndIsForgotten() {
    Delays delays = new Delays(false);
    wrong(delays, "a", 1_000);
    assertThat(delays.before("a", 0)).isBetween(1L, 10_000L);
    assertThat(delays.before("a", 3_600_000)).isZero();
    wrong(delays, "b", 10);
    delays.right("b");
    assertThat(delays.before("b", 0)).isZero();
  }

  @Test
  void whatIsRememberedIsBounded() {
    Delays delays = new Delays(true);
    for (int i = 0; i < 50_000; i++) {
      delays.wrong("key" + i, 0);
    }
    assertThat(delays.size()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void addressesOfOneNetworkAreOnePlace() {
    assertThat(Authenticator.place("2001:db8:1:2:3:4:5:6"))
        .isEqualTo(Authenticator.place("2001:db8:1:2:9:9:9:9"));
    assertThat(Authenticator.place("192.0.2.1")).isNotEqualTo(Authenticator.place("192.0.2.2"));
  }
}
