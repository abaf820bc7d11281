package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.ChannelRule.Overflow;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Numbers;
import io.busbar.load.Peer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that a client that stops reading loses what the configuration says, and that other clients
 * lose nothing.
 */
class SlowReadersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int OUTBOX = 128 << 10;
  private static final int READERS_A_GROUP = 32;
  private static final int UNDER_WAY = 16;

  private final List<Peer> peers = new ArrayList<>();
  private TestGateway gateway;

  private void start(String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("permissions=[{address: 'public.*', allow: [subscribe, publish]}]");
    settings.add(
        "channels=[{address: public.drop_oldest, overflow: drop-oldest},"
            + " {address: public.latest, overflow: latest}]");
    settings.add(
        "services=[{path: /disconnect, address: echo, channel: public.disconnect},"
            + " {path: /drop_oldest, address: echo, channel: public.drop_oldest},"
            + " {path: /latest, address: echo, channel: public.latest}]");
    settings.add("limits.outbox=" + OUTBOX);
    settings.addAll(List.of(more));
    gateway = TestGateway.start(settings.toArray(String[]::new));
  }

  @AfterEach
  void assertNothingIsLeft() {
    TestGateway.await(Future.join(peers.stream().map(Peer::close).toList()).otherwiseEmpty());
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
    assertThat(gateway.counters().outboxByteCount()).isZero();
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 0);
    gateway.close();
  }

  private static String channel(Overflow overflow) {
    return "public." + overflow.name().toLowerCase(java.util.Locale.ROOT);
  }

  private List<Peer> connect(int count, LoadProtocol loadProtocol, Overflow overflow) {
    List<Future<Peer>> connected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connected.add(
          loadProtocol == LoadProtocol.SERVICE
              ? Peer.connectTo("/" + channel(overflow).substring(7), gateway.httpPort())
              : Peer.connect(loadProtocol, gateway.httpPort(), gateway.stompPort())
                  .compose(peer -> peer.subscribe(channel(overflow)).map(peer)));
    }
    List<Peer> group = TestGateway.await(Future.all(connected)).list();
    peers.addAll(group);
    return group;
  }

  private void awaitSubscriptions(int count) {
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == count);
  }

  @Test
  void slowReadersLoseMessagesAndOthersReceiveAll() {
    start();
    Map<Overflow, List<Peer>> slow = new EnumMap<>(Overflow.class);
    Map<Overflow, List<Peer>> quick = new EnumMap<>(Overflow.class);
    for (Overflow overflow : Overflow.values()) {
      slow.put(overflow, new ArrayList<>());
      quick.put(overflow, new ArrayList<>());
      for (LoadProtocol loadProtocol : LoadProtocol.values()) {
        slow.get(overflow).addAll(connect(1, loadProtocol, overflow));
        quick.get(overflow).addAll(connect(READERS_A_GROUP, loadProtocol, overflow));
      }
    }
    int slowCount = Overflow.values().length * LoadProtocol.values().length;
    awaitSubscriptions(slowCount * (READERS_A_GROUP + 1));
    slow.values().forEach(group -> group.forEach(Peer::stopReading));

    int sent = publishUntilAllPoliciesApplied(quick, slow.get(Overflow.DISCONNECT).size());

    for (List<Peer> group : quick.values()) {
      assertThat(group).allMatch(peer -> peer.received().count() == sent, "hears all " + sent);
      assertThat(group).allMatch(peer -> peer.received().ascend(), "in order");
    }
    slow.values().forEach(group -> group.forEach(Peer::readAgain));
    for (Peer peer : slow.get(Overflow.DISCONNECT)) {
      int code = peer.closeCode().orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
      assertThat(code).as(peer.loadProtocol().name()).isIn(1008, 1006);
      assertThat(peer.received().count()).isLessThan(sent);
    }
    for (Overflow overflow : List.of(Overflow.DROP_OLDEST, Overflow.LATEST)) {
      List<Peer> group = slow.get(overflow);
      await().atMost(PATIENCE).until(() -> haveAllReceived(group, sent - 1));
      long received = group.stream().mapToLong(peer -> peer.received().count()).sum();
      long dropped = gateway.counters().droppedCount(overflow);
      assertThat(received + dropped).as(overflow.name()).isEqualTo((long) sent * group.size());
      assertThat(group).allMatch(peer -> peer.received().ascend(), "in order");
    }
  }

  private static boolean haveAllReceived(List<Peer> group, long number) {
    return group.stream().allMatch(peer -> peer.received().last() == number);
  }

  /**
   * Publishes until each policy has had an effect. Returns the number of messages on each channel,
   * all received by the quick clients.
   */
  private int publishUntilAllPoliciesApplied(Map<Overflow, List<Peer>> quick, int slowOnes) {
    long most = 3L * slowOnes * (OUTBOX + 8192);
    int sent = 0;
    while (sent < 20_000 && !allPoliciesApplied(slowOnes)) {
      for (int i = 0; i < UNDER_WAY; i++) {
        for (Overflow overflow : Overflow.values()) {
          gateway.bus().publish(channel(overflow), Numbers.mark(sent, 8000));
        }
        sent++;
      }
      long newest = sent - 1L;
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> quick.values().stream().allMatch(group -> haveAllReceived(group, newest)));
      assertThat(gateway.counters().outboxByteCount()).isLessThanOrEqualTo(most);
    }
    return sent;
  }

  private boolean allPoliciesApplied(int slowOnes) {
    return gateway.counters().disconnectedCount(1008) == slowOnes
        && gateway.counters().droppedCount(Overflow.DROP_OLDEST) > 20L * slowOnes
        && gateway.counters().droppedCount(Overflow.LATEST) > 20L * slowOnes;
  }

  @Test
  void slowReadersShareTheTotalOutboxLimit() {
    int room = 2 << 20;
    start("limits.outbox-total=" + room);
    List<Peer> slow = connect(200, LoadProtocol.BRIDGE, Overflow.DISCONNECT);
    List<Peer> quick = connect(10, LoadProtocol.STOMP_TCP, Overflow.DISCONNECT);
    awaitSubscriptions(210);
    slow.forEach(Peer::stopReading);
    int sent = 0;
    long most = 0;
    while (sent < 20_000 && gateway.counters().disconnectedCount(1008) < 200) {
      gateway.bus().publish(channel(Overflow.DISCONNECT), Numbers.mark(sent, 16 << 10));
      long newest = sent++;
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> haveAllReceived(quick, newest));
      most = Math.max(most, gateway.counters().outboxByteCount());
    }
    assertThat(gateway.counters().disconnectedCount(1008)).isEqualTo(200);
    assertThat(most).isPositive().isLessThanOrEqualTo(room);
    int all = sent;
    assertThat(quick).allMatch(peer -> peer.received().count() == all, "hears all");
    assertThat(gateway.counters().outboxByteCount()).isZero();
  }
}
