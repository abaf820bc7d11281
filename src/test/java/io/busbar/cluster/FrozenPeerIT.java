package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Numbers;
import io.busbar.load.Peer;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of messages to a node that does not read. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FrozenPeerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String CHANNEL = "public.frozen";
  private static final int SIZE = 100_000;

  /** Far more than the sockets between two nodes and one backlog hold. */
  private static final int MANY = 600;

  /** Time-outs longer than any pause of a test machine. */
  private static final String[] PATIENT = {
    "shutdown.spread=0s",
    "cluster.dead-after=60s",
    "cluster.bus.ping-timeout=60s",
    "cluster.bus.backlog=1MiB"
  };

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void frozenNodeHasABoundedBacklogAndRecovers() {
    freezesAndGoesOn("features=[]");
  }

  @Tag("long")
  @Test
  void encryptedBusToAFrozenNodeIsBoundedToo(@TempDir Path folder) {
    freezesAndGoesOn("cluster.bus.tls=" + Certificates.in(folder).setting());
  }

  private void freezesAndGoesOn(String tls) {
    TestGateway node = cluster.startHere(with(tls));
    BusbarProcess peer = cluster.start(with(tls));
    Peer listener = TestGateway.await(Peer.connect(LoadProtocol.BRIDGE, peer.httpPort(), 0));
    TestGateway.await(listener.subscribe(CHANNEL));
    MessageProducer<String> producer = node.bus().publisher(CHANNEL);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              producer.write(Numbers.mark(0, 0));
              return listener.received().count() > 0;
            });

    peer.signal("STOP");
    AtomicInteger done = new AtomicInteger();
    for (int i = 1; i <= MANY; i++) {
      producer.write(Numbers.mark(i, SIZE)).onSuccess(written -> done.incrementAndGet());
    }
    await().atMost(PATIENCE).until(() -> done.get() > MANY / 2);
    peer.signal("CONT");

    AtomicInteger later = new AtomicInteger(MANY);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              producer.write(Numbers.mark(later.incrementAndGet(), 0));
              return listener.received().last() > MANY;
            });
    assertThat(listener.received().count()).isLessThan(MANY);
  }

  /** The frozen node cannot confirm that it has heard of it. */
  @Test
  void leavingNodeClosesClientsWhileAnotherIsFrozen() throws Exception {
    BusbarProcess leaving = cluster.start(with("shutdown.timeout=10s"));
    BusbarProcess frozen = cluster.start(with("features=[]"));
    Vertx vertx = Vertx.vertx();
    BridgeListener client = new BridgeListener(vertx, leaving.httpPort());
    frozen.signal("STOP");
    try {
      leaving.terminate();

      assertThat(client.closeCode().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1001);
      // Hazelcast waits for the frozen node longer than the leaving one has time.
      leaving.exitCode();
    } finally {
      frozen.signal("CONT");
      TestGateway.await(vertx.close());
    }
  }

  private static String[] with(String setting) {
    return Stream.concat(Stream.of(PATIENT), Stream.of(setting)).toArray(String[]::new);
  }
}
