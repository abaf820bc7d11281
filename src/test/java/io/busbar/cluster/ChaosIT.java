package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.Audit.Pairs;
import io.busbar.cluster.Client.Protocol;
import io.busbar.protocol.stomp.QueueFlow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Tests with three nodes and one fault after another. If possible, each node has its own network.
 * At the end they print what the faults cost. {@code mvn verify -Pchaos} runs them for minutes;
 * {@code -Dchaos.seed} repeats a run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ChaosIT {
  private static final int NODES = 3;
  private static final Duration CALM = Duration.ofSeconds(Integer.getInteger("chaos.calm", 2));
  private static final Duration FAULT = Duration.ofSeconds(Integer.getInteger("chaos.fault", 1));
  private static final int RESTARTS = Integer.getInteger("chaos.restarts", 1);

  private static final int QUEUES = 4;
  private static final int NUMBERS = 100;

  /** Nodes should hear each other after a third of it; a slow machine is no failure. */
  private static final Duration HEALED = Duration.ofSeconds(60);

  /** Messages that a killed node sent within this time before its end may be lost. */
  private static final Duration LAST_MOMENTS = Duration.ofSeconds(1);

  private static final String AMONG_ALL = "all → all";
  private static final String AMONG_OTHERS = "others → others";

  private final long seed = Long.getLong("chaos.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Report report = new Report();
  private final Optional<Network> network = Network.open(NODES);
  private final TestCluster cluster = new TestCluster(network.orElse(null));
  private final BusbarProcess[] nodes = new BusbarProcess[NODES];
  private StreamFlow streams;
  private PresenceFlow people;

  /** Whether a node is cut off, so that its messages meanwhile differ from those of the others. */
  private boolean gapsMayBe;

  /** Null for none. */
  private BusbarProcess cutOff;

  @BeforeEach
  void begin() {
    start();
    streams = new StreamFlow(this::nodes);
    people = new PresenceFlow(this::nodes, new Random(random.nextLong()));
    gapsMayBe = false;
    cutOff = null;
  }

  private List<BusbarProcess> nodes() {
    return Stream.of(nodes).filter(Objects::nonNull).toList();
  }

  /** Starts the missing nodes, so that there are three. */
  private void start() {
    for (int i = 0; i < NODES; i++) {
      if (nodes[i] == null) {
        start(i);
      }
    }
    for (BusbarProcess node : nodes) {
      NodeHealth.awaitMembers(node, NODES);
    }
    // Otherwise the next fault would be a second one at the same time.
    NodeHealth.awaitSafe(List.of(nodes));
  }

  /** Every client that followed a stream heard all messages, or was told of the gap. */
  @AfterEach
  void assertStreamsAreCompleteOrReportGaps(TestInfo test) {
    System.out.println(test.getDisplayName() + ": " + streams.finish(gapsMayBe, cutOff));
  }

  /** All nodes know who is in a room, and each join and leave is told once. */
  @AfterEach
  void assertPresenceIsConsistent(TestInfo test) {
    System.out.println(test.getDisplayName() + ": " + people.finish(gapsMayBe));
  }

  private void start(int place) {
    List<String> settings = new ArrayList<>(PresenceFlow.SETTINGS);
    settings.add("channels=[" + StreamFlow.RULE + ", " + PresenceFlow.RULE + "]");
    settings.addAll(StreamListener.SETTINGS);
    settings.add("services=[" + Client.SERVICE + ", " + StreamListener.SERVICE + "]");
    settings.add(NodeHealth.SETTING);
    settings.add("shutdown.spread=1s");
    nodes[place] = cluster.startIn(place, settings.toArray(String[]::new));
  }

  @AfterAll
  void end() {
    cluster.close();
    cluster.writeLogs(Path.of("target", "chaos"));
    System.out.println("\nchaos, seed " + seed + ":\n" + report);
  }

  private Audit audit() {
    return new Audit(random.nextLong(), List.of(nodes));
  }

  private static void assertClean(Map<Protocol, DeliveryResult> verdicts) {
    assertThat(verdicts.values()).isNotEmpty().allMatch(DeliveryResult::isClean);
  }

  private static void assertUnbroken(Map<Protocol, DeliveryResult> verdicts) {
    assertThat(verdicts.values()).isNotEmpty().allMatch(DeliveryResult::isUnbroken);
  }

  @Tag("long")
  @Test
  @Order(1)
  void noMessageIsLostWithoutAFault() {
    try (Audit audit = audit()) {
      audit.goOnFor(CALM, Pairs.ALL);
      audit.finish(Pairs.ALL);
      Map<Protocol, DeliveryResult> all = audit.verdicts(Pairs.ALL);
      report.add("none", AMONG_ALL, all);
      assertClean(all);
    }
  }

  @Test
  @Order(2)
  void nodeThatShutsDownCleanlyLosesNoMessage() {
    int place = random.nextInt(NODES);
    BusbarProcess leaving = nodes[place];
    BusbarProcess staying = nodes[(place + 1) % NODES];
    try (Audit audit = audit();
        Client.Bridge asking = (Client.Bridge) Client.connect(Protocol.BRIDGE, staying)) {
      audit.goOn(Pairs.ALL);
      nodes[place] = null;
      audit.faultBegins();
      leaving.terminate();
      Collection<Future<JsonObject>> answers = new ArrayList<>();
      CompletableFuture<Integer> gone = CompletableFuture.supplyAsync(leaving::exitCode);
      await()
          .atMost(HEALED)
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                answers.add(asking.ask("echo", "there?"));
                return gone.isDone();
              });
      assertThat(leaving.exitCode()).isZero();
      finishWithout("SIGTERM", leaving, audit);
      assertThat(answers).allMatch(answer -> TestGateway.await(answer).containsKey("body"));
      assertThat(leaving.errLines()).noneMatch(line -> line.contains("the rest is cut"));
    }
  }

  private void finishWithout(String fault, BusbarProcess gone, Audit audit) {
    Pairs others = Pairs.without(gone);
    audit.goOnFor(FAULT, others);
    audit.finish(others);
    Map<Protocol, DeliveryResult> among = audit.verdicts(others);
    Map<Protocol, DeliveryResult> last = audit.verdicts(Pairs.from(gone), LAST_MOMENTS);
    report.add(fault, AMONG_OTHERS, among);
    report.add(fault, "who goes → others", last);
    assertClean(among);
    assertUnbroken(last);
    assertThat(last.values()).allMatch(verdict -> verdict.lostBefore() == 0);
  }

  @Tag("long")
  @Test
  @Order(3)
  void rollingRestartLosesNoMessageBetweenOtherNodes() {
    Map<Protocol, DeliveryResult> among = new EnumMap<>(Protocol.class);
    for (int i = 0; i < RESTARTS; i++) {
      BusbarProcess leaving = nodes[i];
      try (Audit audit = audit()) {
        audit.goOn(Pairs.ALL);
        nodes[i] = null;
        leaving.terminate();
        assertThat(leaving.exitCode()).isZero();
        start();
        audit.goOn(Pairs.without(leaving));
        audit.finish(Pairs.without(leaving));
        audit
            .verdicts(Pairs.without(leaving))
            .forEach((protocol, verdict) -> among.merge(protocol, verdict, DeliveryResult::plus));
      }
    }
    report.add("rolling restart", AMONG_OTHERS, among);
    assertClean(among);
  }

  @Test
  @Order(4)
  void killedNodeLosesOnlyItsLastMessages() {
    int place = random.nextInt(NODES);
    BusbarProcess dying = nodes[place];
    try (Audit audit = audit()) {
      audit.goOnFor(CALM, Pairs.ALL);
      nodes[place] = null;
      audit.faultBegins();
      dying.kill();
      finishWithout("kill -9", dying, audit);
    }
  }

  @Tag("long")
  @Test
  @Order(5)
  void frozenNodeReceivesMessagesAgain() {
    gapsMayBe = true;
    BusbarProcess frozen = nodes[random.nextInt(NODES)];
    try (Audit audit = audit()) {
      audit.goOn(Pairs.ALL);
      audit.faultBegins();
      frozen.signal("STOP");
      audit.goOnFor(FAULT, Pairs.without(frozen));
      awaitMissing(frozen);
      frozen.signal("CONT");
      heal("freeze", frozen, audit);
    }
  }

  private void awaitMissing(BusbarProcess missing) {
    for (BusbarProcess node : nodes) {
      if (node != missing) {
        NodeHealth.awaitMembers(node, NODES - 1);
      }
    }
  }

  private void heal(String fault, BusbarProcess back, Audit audit) {
    audit.faultEnds();
    audit.heal(HEALED);
    for (BusbarProcess node : nodes) {
      NodeHealth.awaitMembers(node, NODES);
    }
    audit.finish(Pairs.ALL);
    Map<Protocol, DeliveryResult> among = audit.verdicts(Pairs.without(back));
    report.add(fault, AMONG_OTHERS, among);
    report.add(fault, "others → it", audit.verdicts(Pairs.to(back)));
    report.add(fault, "it → others", audit.verdicts(Pairs.from(back)));
    report.add(fault, "it → it", audit.verdicts(Pairs.at(back)));
    assertClean(among);
  }

  @Test
  @Order(6)
  void isolatedNodeReceivesMessagesAgain() {
    Assumptions.assumeTrue(network.isPresent(), "no network to cut");
    gapsMayBe = true;
    int place = random.nextInt(NODES);
    BusbarProcess away = nodes[place];
    cutOff = away;
    BusbarProcess other = nodes[(place + 1) % NODES];
    List<QueueFlow> taken = flows(away, other);
    taken.forEach(flow -> flow.takeAt(away, other));
    List<QueueFlow> waiting = flows(away, other);
    long healed;
    try (Audit audit = audit()) {
      audit.goOn(Pairs.ALL);
      send(taken, waiting);
      audit.faultBegins();
      network.get().cut(place);
      send(taken, waiting);
      System.out.println("who was cut off says: " + NodeHealth.awaitMembers(away, 1));
      awaitMissing(away);
      audit.goOnFor(FAULT, Pairs.without(away).or(Pairs.at(away))::test);
      send(taken, waiting);
      network.get().heal(place);
      healed = System.nanoTime();
      send(taken, waiting);
      heal("cut", away, audit);
    }
    finish("taken meanwhile", taken, healed);
    waiting.forEach(flow -> flow.takeAt(other));
    finish("taken afterwards", waiting, System.nanoTime());
  }

  private List<QueueFlow> flows(BusbarProcess... senders) {
    List<QueueFlow> flows = new ArrayList<>();
    for (int i = 0; i < QUEUES; i++) {
      flows.add(new QueueFlow("public.queue" + random.nextInt(1 << 30), senders));
    }
    return flows;
  }

  private static void send(List<QueueFlow> taken, List<QueueFlow> waiting) {
    taken.forEach(flow -> flow.send(NUMBERS));
    waiting.forEach(flow -> flow.send(NUMBERS));
  }

  private void finish(String pairs, List<QueueFlow> flows, long since) {
    int receipted = 0;
    int came = 0;
    int twice = 0;
    for (QueueFlow flow : flows) {
      flow.awaitAll();
      receipted += flow.receipted();
      came += flow.came();
      twice += flow.twice();
      flow.close();
    }
    report.add(
        "cut",
        "both sides, " + pairs,
        "STOMP queue",
        new DeliveryResult(receipted, came, 0, 0, 0, twice, 0, System.nanoTime() - since));
  }
}
