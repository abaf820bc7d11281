package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.ChannelRule.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every protocol must do when something goes wrong: clients that are slow, that die or that
 * want too much, and a node that ends.
 */
abstract class HardshipContract {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PADDING = "x".repeat(16 << 10);

  static final String PERMISSIONS =
      "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
          + " {address: 'deaf.*', allow: [publish]}, {address: echo, allow: [send]}]";
  static final String TCP_BRIDGE = "tcp-bridge.enabled=true";
  private static final String PUSHER =
      "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]";
  private static final String CHANNELS =
      "channels=[{address: public.oldest, overflow: drop-oldest},"
          + " {address: public.latest, overflow: latest},"
          + " {address: public.greeted, snapshot: greeter},"
          + " {address: public.here, presence: true},"
          + " {address: public.kept, history: {}}]";

  protected TestGateway gateway;
  private final List<ContractClient> clients = new ArrayList<>();

  /** A new client of the protocol under test. */
  protected abstract ContractClient connect(TestGateway gateway) throws Exception;

  /** A new client of another protocol. */
  protected abstract ContractClient other(TestGateway gateway) throws Exception;

  @BeforeEach
  void startGateway() {
    startGateway("2s");
  }

  private void startGateway(String disconnectDelay) {
    gateway =
        TestGateway.start(
            TCP_BRIDGE,
            PERMISSIONS,
            CHANNELS,
            PUSHER,
            "limits.outbox=256KiB",
            "sockjs.disconnect-delay=" + disconnectDelay,
            "socketio.ping-interval=1s",
            "socketio.ping-timeout=" + disconnectDelay,
            "shutdown.timeout=5s");
  }

  /** In this order: a client that polls and is gone would be waited for. */
  @AfterEach
  void stopGateway() {
    gateway.close();
    clients.forEach(ContractClient::close);
  }

  protected ContractClient client() {
    return opened(() -> connect(gateway));
  }

  ContractClient otherClient() {
    return opened(() -> other(gateway));
  }

  private ContractClient opened(Callable<ContractClient> how) {
    try {
      ContractClient client = how.call();
      clients.add(client);
      return client;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Who takes long to read an answer that the kernel has taken is not here for the gateway. */
  private void waitForSlowReaders() {
    gateway.close();
    startGateway("1m");
  }

  @Test
  void slowReaderIsDisconnected() {
    waitForSlowReaders();
    ContractClient slow = client();
    ContractClient quick = client();
    slow.subscribe("public.a");
    quick.subscribe("public.a");
    slow.stopReading();
    int sent = 0;
    while (gateway.counters().disconnectedCount(1008) == 0 && sent < 5000) {
      gateway.bus().publish("public.a", sent + PADDING);
      assertThat((String) quick.next("public.a")).startsWith(sent + "x");
      sent++;
    }
    assertThat(gateway.counters().disconnectedCount(1008)).isEqualTo(1);
    assertThat(gateway.counters().droppedCount(Overflow.DISCONNECT)).isPositive();
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 1);
    assertThat(gateway.counters().outboxByteCount()).isZero();
    slow.readAgain();
    assertThat(slow.goodbye()).isIn(slow.told(1008), 1006);
  }

  @Test
  void slowReaderLosesTheOldest() {
    int heard = slowlyHeard("public.oldest");
    long dropped = gateway.counters().droppedCount(Overflow.DROP_OLDEST);
    assertThat(dropped).isPositive();
    assertThat(heard + dropped).isEqualTo(3001);
  }

  @Test
  void slowReaderKeepsTheLatest() {
    int heard = slowlyHeard("public.latest");
    long dropped = gateway.counters().droppedCount(Overflow.LATEST);
    assertThat(dropped).isPositive();
    assertThat(heard + dropped).isEqualTo(3001);
  }

  /** Publishes 3,001 messages to a client that does not read, then counts what it hears. */
  private int slowlyHeard(String address) {
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
  void aSocketThatDiesInTheMiddleLeavesNothingBehind() {
    ContractClient client = client();
    ContractClient witness = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    witness.subscribe("public.a");
    CompletableFuture<Object> closed = new CompletableFuture<>();
    gateway.bus().<String>localConsumer("busbar.session.closed", id -> closed.complete(id.body()));
    client.die();
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 1);
    assertThat(gateway.counters().subscriptionCount()).isEqualTo(1);
    assertThat(closed).succeedsWithin(PATIENCE);
    gateway.bus().publish("public.a", "still alive");
    assertThat(witness.next("public.a")).isEqualTo("still alive");
  }

  @Test
  void shutdownSaysGoodbye() {
    ContractClient client = client();
    client.subscribe("public.a");
    TestGateway.await(
        gateway.hub().close(io.busbar.hub.Disconnect.SHUTDOWN, java.time.Duration.ZERO));
    assertThat(client.goodbye()).isEqualTo(client.told(1001));
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  @Test
  void tooManySubscriptionsAreRefused() {
    try (TestGateway strict =
        TestGateway.start(TCP_BRIDGE, PERMISSIONS, PUSHER, "limits.subscriptions=2")) {
      ContractClient client = connectTo(strict);
      client.subscribe("public.a");
      client.subscribe("public.b");
      client.subscribe("public.c");
      assertThat(client.nextError()).contains("too many subscriptions");
    }
  }

  ContractClient connectTo(TestGateway strict) {
    return opened(() -> connect(strict));
  }
}
