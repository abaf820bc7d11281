package io.busbar.cluster;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import io.busbar.TestGateway;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Numbers;
import io.busbar.load.Peer;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests with a thousand clients per second that come and go on 200 channels of two nodes. */
@Timeout(value = 3, unit = MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("long")
final class ChurnTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NODES = 2;
  private static final int CLIENTS_EACH = 3_000;
  private static final int LINGER_SECONDS = 4;
  private static final String CHANNEL = "public.churn";

  /** A channel with listeners all the time, and with others for a moment. */
  private static final String STEADY = CHANNEL + 7;

  private final TestCluster cluster = new TestCluster();
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, AtomicLong> registrations = new ConcurrentHashMap<>();
  private final List<Peer> steady = new ArrayList<>();

  @AfterEach
  void end() {
    TestGateway.await(vertx.close());
    cluster.close();
  }

  @Test
  void shortLivedClientsCostLittleAndLeaveNothingBehind() throws Exception {
    TestGateway first = node();
    TestGateway second = node();
    ClusterContents before = settled(first);
    long started = System.nanoTime();
    HazelcastInstance counting = count();
    subscribeSteadyPeers(first, second);

    ShortLivedClients here = shortLivedClients(first);
    ShortLivedClients there = shortLivedClients(second);
    here.start();
    there.start();
    long published = publishUntilAllLeft(first, here, there);

    for (Peer peer : steady) {
      await().atMost(PATIENCE).until(() -> peer.received().count() >= published);
      assertThat(peer.received().count()).isEqualTo(published);
      assertThat(peer.received().ascend()).isTrue();
      TestGateway.await(peer.close());
    }
    String nobody = "sessions 0, subscriptions 0, channels 0, outboxes 0, connections 0";
    for (TestGateway node : List.of(first, second)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(ClusterContents.clients(node)).isEqualTo(nobody));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ClusterContents.of(second)).isEqualTo(before));
    counting.shutdown();
    assertThatFewRegistrationsWereMade(
        here.subscribes() + there.subscribes(), System.nanoTime() - started);
  }

  private TestGateway node() {
    return cluster.startHere(
        "features=[]",
        "shutdown.spread=0s",
        "limits.messages-per-second=1000000",
        "cluster.linger=" + LINGER_SECONDS + "s");
  }

  private ShortLivedClients shortLivedClients(TestGateway node) {
    return new ShortLivedClients(node, vertx, CLIENTS_EACH, CHANNEL);
  }

  /** Returns the contents when two looks in a row see the same. */
  private static ClusterContents settled(TestGateway node) {
    ClusterContents[] seen = {ClusterContents.of(node)};
    await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(PATIENCE)
        .until(
            () -> {
              ClusterContents last = seen[0];
              seen[0] = ClusterContents.of(node);
              return last.equals(seen[0]);
            });
    return seen[0];
  }

  /** Joins a member that only counts each registration. */
  private HazelcastInstance count() {
    InterestTable table = new InterestTable();
    Map<String, Integer> known = new ConcurrentHashMap<>();
    return cluster.joinBare(
        new RegistrationListener() {
          @Override
          public boolean wantsUpdatesFor(String address) {
            return address.startsWith(CHANNEL);
          }

          @Override
          public void registrationsUpdated(RegistrationUpdateEvent event) {
            int now = event.registrations().size();
            Integer before = known.put(event.address(), now);
            if (now > (before == null ? 0 : before)) {
              registrations
                  .computeIfAbsent(event.address(), address -> new AtomicLong())
                  .incrementAndGet();
            }
          }
        },
        table);
  }

  private void subscribeSteadyPeers(TestGateway... nodes) {
    for (TestGateway node : nodes) {
      for (LoadProtocol loadProtocol : List.of(LoadProtocol.BRIDGE, LoadProtocol.STOMP_TCP)) {
        Peer peer =
            TestGateway.await(Peer.connect(loadProtocol, node.httpPort(), node.stompPort()));
        steady.add(peer);
        peer.subscribe(STEADY);
      }
    }
    for (TestGateway node : nodes) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(ClusterContents.clients(node)).contains("subscriptions 2,"));
    }
  }

  /** Publishes numbers until all these clients are gone; returns how many. */
  private long publishUntilAllLeft(TestGateway node, ShortLivedClients... shortLivedClients)
      throws InterruptedException {
    AtomicLong number = new AtomicLong();
    Peer publisher = TestGateway.await(Peer.connect(LoadProtocol.BRIDGE, node.httpPort(), 0));
    long timer =
        vertx.setPeriodic(
            5, tick -> publisher.publish(STEADY, Numbers.mark(number.getAndIncrement(), 0)));
    for (ShortLivedClients each : shortLivedClients) {
      assertThat(each.gone().await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    vertx.cancelTimer(timer);
    TestGateway.await(publisher.close());
    return number.get();
  }

  /**
   * Checks the number of registrations. A channel stays registered until it had no listener for the
   * whole linger time. So at least that time lies between two registrations on one node.
   */
  private void assertThatFewRegistrationsWereMade(long subscribes, long nanos) {
    long each = NODES * (1 + TimeUnit.NANOSECONDS.toSeconds(nanos) / LINGER_SECONDS);
    long all = registrations.values().stream().mapToLong(AtomicLong::get).sum();
    System.out.printf(
        "churn: %d clients, %d subscribes, %d registrations of %d channels on %d nodes%n",
        NODES * CLIENTS_EACH, subscribes, all, registrations.size(), NODES);
    assertThat(registrations).hasSize(ShortLivedClients.CHANNELS);
    assertThat(registrations.values()).allMatch(count -> count.get() <= each);
    assertThat(registrations.get(STEADY).get()).isLessThanOrEqualTo(NODES);
    assertThat(all).isLessThan(subscribes / 10);
  }
}
