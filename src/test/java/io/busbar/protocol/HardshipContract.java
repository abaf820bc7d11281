package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.ChannelRule.Overflow;
import org.junit.jupiter.api.Test;

/**
 * Tests for every protocol when something goes wrong: slow clients that may lose messages, and
 * clients beyond their limits.
 */
abstract class HardshipContract extends ConnectionContract {
  @Test
  void slowReaderLosesTheOldestMessages() {
    int received = countReceivedBySlowReader("public.oldest");
    long dropped = gateway.counters().droppedCount(Overflow.DROP_OLDEST);
    assertThat(dropped).isPositive();
    assertThat(received + dropped).isEqualTo(3001);
  }

  @Test
  void slowReaderKeepsTheLatestMessages() {
    int received = countReceivedBySlowReader("public.latest");
    long dropped = gateway.counters().droppedCount(Overflow.LATEST);
    assertThat(dropped).isPositive();
    assertThat(received + dropped).isEqualTo(3001);
  }

  /** Publishes 3,001 messages to a client that does not read; returns the number that it hears. */
  private int countReceivedBySlowReader(String address) {
    waitForSlowReaders();
    ContractClient slow = client();
    ContractClient quick = client();
    slow.subscribe(address);
    quick.subscribe("public.quick");
    slow.stopReading();
    for (int i = 0; i < 3000; i++) {
      gateway.bus().publish(address, i + PADDING);
    }
    gateway.bus().publish("public.quick", "unharmed");
    assertThat(quick.next("public.quick")).isEqualTo("unharmed");
    gateway.bus().publish(address, 3000 + PADDING);
    await().atMost(PATIENCE).until(() -> gateway.counters().droppedCount() > 0);
    assertThat(gateway.counters().outboxByteCount()).isLessThanOrEqualTo(256 << 10);
    slow.readAgain();
    int count = 0;
    int last = -1;
    while (last < 3000) {
      String body = (String) slow.next(address);
      int number = Integer.parseInt(body.substring(0, body.indexOf('x')));
      assertThat(number).isGreaterThan(last);
      last = number;
      count++;
    }
    return count;
  }

  @Test
  void tooManySubscriptionsAreRefused() {
    try (TestGateway strict = strict("limits.subscriptions=2")) {
      ContractClient client = connectTo(strict);
      client.subscribe("public.a");
      client.subscribe("public.b");
      client.subscribe("public.c");
      assertThat(client.nextError()).contains("too many subscriptions");
    }
  }
}
