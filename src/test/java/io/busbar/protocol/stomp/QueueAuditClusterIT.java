package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.cluster.Network;
import io.busbar.cluster.NodeHealth;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.stomp.AuditRecord.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The promises of queues on three nodes, while clients come and go and nodes are killed, frozen,
 * restarted and cut off. It prints the results at the end. It runs longer with {@code mvn verify
 * -Pchaos}; {@code -Dchaos.seed} repeats the same random numbers.
 */
final class QueueAuditClusterIT extends QueueAuditNodes {
  private static final int NODES = 3;
  private static final int FAULTS = Prerequisites.isLong() ? 4 : 1;
  private static final int EACH = Prerequisites.isLong() ? MESSAGES / 4 : MESSAGES / 2;
  private static final int STEP = EACH / (2 * FAULTS + 1);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(200);

  private final BusbarProcess[] places = new BusbarProcess[NODES];
  private TestCluster cluster;
  private HazelcastInstance hazelcast;

  @BeforeEach
  void name() {
    cluster = new TestCluster();
  }

  @AfterEach
  void leave() {
    if (hazelcast != null) {
      hazelcast.shutdown();
      hazelcast = null;
    }
  }

  /** Starts all nodes, and a Hazelcast client that observes the cluster. */
  private QueueAudit startAll() {
    ClientConfig config = new ClientConfig();
    config.setClusterName(cluster.name());
    config.setProperty("hazelcast.logging.type", "none");
    for (int i = 0; i < NODES; i++) {
      startAt(i);
      config.getNetworkConfig().addAddress("127.0.0.1:" + (cluster.port() + i));
    }
    hazelcast = HazelcastClient.newHazelcastClient(config);
    awaitWhole();
    return audit();
  }

  private void startAt(int place) {
    places[place] = start(options(cluster).set("cluster.port", cluster.port() + place));
  }

  private BusbarProcess.Options options(TestCluster of) {
    BusbarProcess.Options options = options("memory").jvm("-Dhazelcast.wait.seconds.before.join=0");
    of.settings().forEach(setting -> options.arguments("--set", setting));
    // Production timeouts, because a busy machine must not look like a second fault.
    return options
        .arguments("--set", NodeHealth.SETTING)
        .set("cluster.dead-after", "12s")
        .set("shutdown.spread", "1s");
  }

  /** Will wait until all nodes that answer report that many members. */
  private void awaitMembers(int many, BusbarProcess... without) {
    nodes.all().stream()
        .filter(node -> !List.of(without).contains(node))
        .forEach(node -> NodeHealth.awaitMembers(node, many));
  }

  /** Will wait until all nodes are there and the partitions are even, so that one may fail. */
  private void awaitWhole() {
    awaitMembers(NODES);
    await().atMost(PATIENCE).pollInterval(POLL).until(this::isEven);
    // Without backups a fault would lose data.
    NodeHealth.awaitSafe(nodes.all());
  }

  private boolean isEven() {
    Map<Member, Integer> parts = new HashMap<>();
    Set<Partition> all = hazelcast.getPartitionService().getPartitions();
    all.stream()
        .map(Partition::getOwner)
        .filter(Objects::nonNull)
        .forEach(owner -> parts.merge(owner, 1, Integer::sum));
    return parts.size() == NODES
        && parts.values().stream().allMatch(many -> many >= all.size() / NODES);
  }

  /** Returns the index of the node that owns the queue of the clients. */
  private int owner() {
    Member owner = hazelcast.getPartitionService().getPartition(QueueAudit.TAKEN).getOwner();
    return owner.getAddress().getPort() - cluster.port();
  }

  /** Returns a node to fail: the owner first, then any, while another node has a producer. */
  private int pick(int fault, QueueAudit audit) {
    int first = fault == 0 ? owner() : random.nextInt(NODES);
    return audit.hasSenderBeside(places[first]) ? first : (first + 1) % NODES;
  }

  @Test
  void nothingIsLostWhenNodesAreKilled() {
    QueueAudit audit = startAll();
    try {
      for (int i = 0; i < FAULTS; i++) {
        audit.goOn(STEP);
        int place = pick(i, audit);
        kill(audit, places[place]);
        audit.goOn(STEP);
        startAt(place);
        awaitWhole();
      }
      audit.finish(EACH);
    } finally {
      // Acknowledgements in flight to the dead node are repeated, so a message may come after its
      // ACK.
      judge("three nodes, kill -9 × " + FAULTS, audit, Kind.AFTER_ACK);
    }
  }

  @Tag("long")
  @Test
  void nothingIsLostWhenNodesFreeze() {
    QueueAudit audit = startAll();
    try {
      for (int i = 0; i < FAULTS; i++) {
        audit.goOn(STEP);
        BusbarProcess frozen = places[pick(i, audit)];
        nodes.remove(frozen);
        frozen.signal("STOP");
        awaitMembers(NODES - 1);
        audit.goOn(STEP);
        frozen.signal("CONT");
        nodes.add(frozen);
        awaitWhole();
      }
      audit.finish(EACH);
    } finally {
      judge("three nodes, freeze × " + FAULTS, audit, Kind.AFTER_ACK);
    }
  }

  @Tag("long")
  @Tag("long")
  @Test
  void nothingIsLostWhenNodesAreRestartedOneAfterTheOther() {
    QueueAudit audit = startAll();
    try {
      for (int i = 0; i < NODES; i++) {
        audit.goOn(STEP);
        BusbarProcess leaving = places[i];
        nodes.remove(leaving);
        leaving.terminate();
        assertThat(leaving.exitCode()).isZero();
        startAt(i);
        awaitMembers(NODES);
      }
      audit.finish(EACH);
    } finally {
      judge("three nodes, rolling restart", audit, Kind.ERROR);
    }
  }

  @Tag("long")
  @Test
  void nothingIsLostWhenNodesAreCutOff() {
    Optional<Network> open = Network.open(NODES);
    Assumptions.assumeTrue(open.isPresent(), "no network to cut");
    try (Network network = open.get()) {
      cut(network);
    } finally {
      end();
    }
  }

  private void cut(Network network) {
    TestCluster apart = new TestCluster(network);
    for (int i = 0; i < NODES; i++) {
      String host = network.clientAddress(i);
      places[i] =
          start(
              options(apart)
                  .by(network.at(i))
                  .set("http.host", host)
                  .set("stomp.host", host)
                  .set("admin.host", host)
                  .set("cluster.host", Network.busAddress(i)));
    }
    awaitMembers(NODES);
    QueueAudit audit = audit();
    try {
      for (int i = 0; i < FAULTS; i++) {
        audit.goOn(STEP);
        int place = random.nextInt(NODES);
        network.cut(place);
        awaitMembers(NODES - 1, places[place]);
        NodeHealth.awaitMembers(places[place], 1);
        audit.goOn(STEP);
        network.heal(place);
        awaitMembers(NODES);
      }
      audit.finish(EACH);
    } finally {
      // Both sides own the queue for a while, and a consumer may move from one to the other.
      judge(
          "three nodes, cut × " + FAULTS, audit, Kind.UNMARKED, Kind.OUT_OF_ORDER, Kind.AFTER_ACK);
    }
  }
}
