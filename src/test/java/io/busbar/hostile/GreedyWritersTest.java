package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Numbers;
import io.busbar.load.Peer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that the gateway reads more slowly from a client that publishes too much, while other
 * clients do not wait.
 */
class GreedyWritersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration A_WHILE = Duration.ofMillis(500);

  private final List<Peer> peers = new ArrayList<>();
  private TestGateway gateway;

  private void start(String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("permissions=[{address: 'public.*', allow: [subscribe, publish]}]");
    settings.add("channels=[{address: public.flood, overflow: drop-oldest}]");
    settings.addAll(List.of(more));
    gateway = TestGateway.start(settings.toArray(String[]::new));
  }

  @AfterEach
  void assertNoSessionIsLeft() {
    TestGateway.await(Future.join(peers.stream().map(Peer::close).toList()).otherwiseEmpty());
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
    gateway.close();
  }

  private Peer connect(LoadProtocol loadProtocol) {
    Peer peer =
        TestGateway.await(Peer.connect(loadProtocol, gateway.httpPort(), gateway.stompPort()));
    peers.add(peer);
    return peer;
  }

  @Test
  void floodOnOneChannelDoesNotDelayAnother() {
    start("event-loops=1");
    List<Future<Peer>> clients = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      clients.add(
          Peer.connect(LoadProtocol.BRIDGE, gateway.httpPort(), gateway.stompPort())
              .compose(peer -> peer.subscribe("public.flood").map(peer)));
    }
    peers.addAll(TestGateway.await(Future.all(clients)).list());
    Peer speaker = connect(LoadProtocol.STOMP_TCP);
    Peer listener = connect(LoadProtocol.BRIDGE);
    listener.subscribe("public.calm");
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 501);
    Peer greedy = connect(LoadProtocol.BRIDGE);
    for (int i = 0; i < 5_000; i++) {
      greedy.publish("public.flood", Numbers.mark(i, 100));
    }
    for (int i = 0; i < 100; i++) {
      int number = i;
      speaker.publish("public.calm", Numbers.mark(number, 100));
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> listener.received().last() == number);
    }
    assertThat(listener.received().count()).isEqualTo(100);
    await().atMost(PATIENCE).until(() -> gateway.counters().receivedCount() == 5_100);
    assertThat(gateway.counters().disconnectedCount(1008)).isZero();
  }

  @Test
  void publisherFarAheadOfDeliveriesIsPaused() throws Exception {
    start("event-loops=2");
    Context home = gateway.hub().ownerOf("public.a");
    List<Peer> clients = Stream.generate(() -> connect(LoadProtocol.BRIDGE)).limit(4).toList();
    clients.forEach(peer -> peer.subscribe("public.a"));
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 4);
    CountDownLatch blocked = new CountDownLatch(1);
    home.runOnContext(
        nothing -> {
          try {
            blocked.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    // The gateway does not read the clients of the blocked event loop at all.
    for (int i = 0; i < 5_000; i++) {
      String mark = Numbers.mark(i, 10);
      clients.forEach(peer -> peer.publish("public.a", mark));
    }
    try {
      await().atMost(PATIENCE).until(() -> gateway.counters().receivedCount() >= 256);
      await()
          .during(A_WHILE)
          .atMost(PATIENCE)
          .until(() -> gateway.counters().receivedCount() < 4 * 512);
    } finally {
      blocked.countDown();
    }
    await().atMost(PATIENCE).until(() -> gateway.counters().receivedCount() == 20_000);
    await().atMost(PATIENCE).until(() -> clients.get(0).received().count() == 20_000);
  }

  @Test
  void clientOverItsByteRateIsReadLater() {
    start("limits.bytes-per-second=1KiB");
    for (LoadProtocol loadProtocol :
        List.of(LoadProtocol.BRIDGE, LoadProtocol.BRIDGE_SOCKJS, LoadProtocol.STOMP_TCP)) {
      long before = gateway.counters().receivedCount();
      Peer greedy = connect(loadProtocol);
      greedy.publish("public.a", Numbers.mark(0, 5 << 10));
      await().atMost(PATIENCE).until(() -> gateway.counters().receivedCount() == before + 1);
      greedy.publish("public.a", Numbers.mark(1, 10));
      await()
          .during(A_WHILE)
          .atMost(PATIENCE)
          .until(() -> gateway.counters().receivedCount() == before + 1);
    }
  }

  @Test
  void clientOverItsByteRateLosesNoMessage() {
    start("limits.bytes-per-second=100KiB");
    Peer greedy = connect(LoadProtocol.STOMP_WEBSOCKET);
    Peer listener = connect(LoadProtocol.BRIDGE);
    listener.subscribe("public.a");
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 1);
    for (int i = 0; i < 30; i++) {
      greedy.publish("public.a", Numbers.mark(i, 10 << 10));
    }
    await().atMost(PATIENCE).until(() -> listener.received().count() == 30);
    assertThat(listener.received().ascend()).isTrue();
  }
}
