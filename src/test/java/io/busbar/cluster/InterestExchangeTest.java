package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Tests of the exchange of registrations over connections that lose messages, repeat them, or are
 * cut.
 */
final class InterestExchangeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ADDRESSES = 50;

  private final ExecutorService ways = Executors.newCachedThreadPool();
  private final Map<String, Node> all = new ConcurrentHashMap<>();
  private final Set<Set<String>> cut = ConcurrentHashMap.newKeySet();
  private final Random random = new Random(42);

  /** How many of a hundred updates are lost, and how many answers. */
  private volatile int lossPercent;

  private final AtomicInteger told = new AtomicInteger();

  /** Updates that wait for their release; null where none has to wait. */
  private volatile Collection<Runnable> held;

  @AfterEach
  void end() {
    all.values().forEach(node -> node.exchange.close());
    ways.shutdownNow();
  }

  private final class Node implements InterestExchange.Nodes, RegistrationListener {
    private final String name;
    private final InterestTable table = new InterestTable();
    private final InterestExchange exchange = new InterestExchange(table, this);
    private final Promise<Void> ready = Promise.promise();
    private final List<RegistrationInfo> own = new ArrayList<>();
    private final Map<String, List<RegistrationInfo>> remembered = new ConcurrentHashMap<>();

    Node(String name) {
      this.name = name;
      all.put(name, this);
      exchange.start(name, this, ready);
      all.values().forEach(each -> each.exchange.nodesChanged());
    }

    Promise<Void> add(String address) {
      Promise<Void> done = Promise.promise();
      RegistrationInfo one = new RegistrationInfo(name, own.size(), false);
      own.add(one);
      table.add(address, one);
      exchange.changed(address, done);
      return done;
    }

    void change(Completable<Void> done) {
      String address = "a" + random.nextInt(ADDRESSES);
      List<RegistrationInfo> there =
          table.of(address).stream().filter(one -> one.nodeId().equals(name)).toList();
      if (there.isEmpty() || random.nextInt(3) == 0) {
        add(address).future().onComplete(added -> done.succeed());
      } else {
        table.remove(address, there.get(random.nextInt(there.size())));
        exchange.changed(address, done);
      }
    }

    /** Simulates the bus, which asks for registrations and remembers them. */
    void send(String address) {
      remembered.compute(address, (key, known) -> table.of(address));
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return remembered.containsKey(address);
    }

    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      remembered.compute(event.address(), (key, known) -> event.registrations());
    }

    @Override
    public Set<String> others() {
      return all.keySet().stream()
          .filter(other -> !other.equals(name) && reaches(other))
          .collect(Collectors.toSet());
    }

    private boolean reaches(String other) {
      return !cut.contains(Set.of(name, other));
    }

    @Override
    public CompletionStage<Long> tell(String node, InterestUpdate update) {
      told.incrementAndGet();
      CompletableFuture<Long> answer = new CompletableFuture<>();
      Runnable going = () -> ways.execute(() -> go(node, update, answer));
      Collection<Runnable> waiting = held;
      if (waiting == null) {
        going.run();
      } else {
        waiting.add(going);
      }
      return answer;
    }

    private void go(String node, InterestUpdate update, CompletableFuture<Long> answer) {
      Node there = all.get(node);
      if (there == null || !reaches(node) || isLost()) {
        answer.completeExceptionally(new IllegalStateException("lost"));
        return;
      }
      try {
        if (isLost()) {
          there.exchange.take(update);
        }
        long number = there.exchange.take(update);
        if (isLost()) {
          answer.completeExceptionally(new IllegalStateException("the answer is lost"));
        } else {
          answer.complete(number);
        }
      } catch (Exception e) {
        answer.completeExceptionally(e);
      }
    }

    private boolean isLost() {
      return random.nextInt(100) < lossPercent;
    }

    /** Returns the registrations that this node knows, by node and address. */
    Map<String, Map<String, Integer>> known() {
      Map<String, Map<String, Integer>> known = new HashMap<>();
      all.keySet()
          .forEach(
              node -> {
                Map<String, Integer> counts = table.counts(node);
                if (!counts.isEmpty()) {
                  known.put(node, counts);
                }
              });
      return known;
    }

    void leave() {
      all.remove(name);
      exchange.close();
      all.values().forEach(each -> each.exchange.nodesChanged());
    }
  }

  private List<Node> nodes(int count) {
    List<Node> nodes = IntStream.range(0, count).mapToObj(i -> new Node("n" + i)).toList();
    nodes.forEach(node -> awaitDone(node.ready));
    return nodes;
  }

  private static void awaitDone(Promise<Void> done) {
    await().atMost(PATIENCE).until(() -> done.future().succeeded());
  }

  private static void assertThatAllKnowTheSame(List<Node> nodes) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, Map<String, Integer>> truth = new HashMap<>();
              for (Node node : nodes) {
                Map<String, Integer> own = node.table.counts(node.name);
                if (!own.isEmpty()) {
                  truth.put(node.name, own);
                }
              }
              for (Node node : nodes) {
                assertThat(node.known()).isEqualTo(truth);
                node.remembered.forEach(
                    (address, known) ->
                        assertThat(known).containsExactlyElementsOf(node.table.of(address)));
              }
            });
  }

  @Test
  void completedRegistrationIsKnownOnAllNodes() {
    List<Node> nodes = nodes(3);

    awaitDone(nodes.get(0).add("a"));

    assertThat(nodes).allMatch(node -> node.table.count("a", "n0") == 1);
  }

  @Test
  void registrationCompletesAfterAllNodesConfirm() {
    List<Node> nodes = nodes(2);
    held = new ConcurrentLinkedQueue<>();
    Promise<Void> first = nodes.get(0).add("a");
    await().atMost(PATIENCE).until(() -> !held.isEmpty());
    Collection<Runnable> waiting = held;
    int before = told.get();
    for (int i = 0; i < 1_000; i++) {
      nodes.get(0).add("b" + i);
    }
    Promise<Void> last = nodes.get(0).add("c");
    assertThat(first.future().isComplete() || last.future().isComplete()).isFalse();

    held = null;
    waiting.forEach(Runnable::run);

    awaitDone(first);
    awaitDone(last);
    assertThat(nodes.get(1).table.counts("n0")).hasSize(1_002);
    // Changes during an update went together, beside the questions to each node every second.
    assertThat(told.get() - before).isLessThan(100);
  }

  @Test
  void departedNodeIsNotAwaitedAndIsForgotten() {
    List<Node> nodes = nodes(3);
    awaitDone(nodes.get(2).add("a"));
    nodes.get(0).send("a");
    held = new ConcurrentLinkedQueue<>();
    Promise<Void> done = nodes.get(0).add("b");
    await().atMost(PATIENCE).until(() -> held.size() >= 2);
    Collection<Runnable> waiting = held;
    held = null;
    nodes.get(2).leave();
    waiting.forEach(Runnable::run);

    awaitDone(done);

    assertThatAllKnowTheSame(nodes.subList(0, 2));
    assertThat(nodes.get(0).table.of("a")).isEmpty();
    assertThat(nodes.get(0).remembered.get("a")).isEmpty();
  }

  @Test
  void newNodeKnowsAllRegistrationsBeforeItIsReady() {
    Node first = new Node("n0");
    int many = 2 * InterestExchange.MOST_IN_AN_UPDATE + 1;
    for (int i = 0; i < many; i++) {
      first.add("a" + i);
    }
    Promise<Void> told = Promise.promise();
    first.exchange.busIs(new NodeInfo("here", 1234, null), told);
    awaitDone(told);

    Node second = new Node("n1");
    awaitDone(second.ready);

    assertThat(second.table.counts("n0")).hasSize(many);
    assertThat(second.exchange.busOf("n0").port()).isEqualTo(1234);
  }

  @Test
  void withdrawnRegistrationIsUnknownToOtherNodes() {
    List<Node> nodes = nodes(2);
    awaitDone(nodes.get(0).add("feature"));
    awaitDone(nodes.get(0).add("other"));
    Promise<Void> withdrawn = Promise.promise();

    nodes.get(0).exchange.withdraw("feature"::equals, withdrawn);

    awaitDone(withdrawn);
    assertThat(nodes.get(1).table.counts("n0")).containsOnlyKeys("other");
    assertThat(nodes.get(0).table.count("feature", "n0")).isEqualTo(1);
    Promise<Void> again = Promise.promise();
    nodes.get(0).exchange.announceAgain(again);
    awaitDone(again);
    assertThat(nodes.get(1).table.counts("n0")).containsOnlyKeys("other");
  }

  @Test
  void nodesAgreeDespiteLostAndRepeatedUpdates() {
    lossPercent = 30;
    List<Node> nodes = nodes(4);
    AtomicInteger done = new AtomicInteger();
    int changes = 4_000;
    for (int i = 0; i < changes; i++) {
      Node node = nodes.get(random.nextInt(nodes.size()));
      node.change((nothing, failure) -> done.incrementAndGet());
      nodes.get(random.nextInt(nodes.size())).send("a" + random.nextInt(ADDRESSES));
    }

    await().atMost(PATIENCE).until(() -> done.get() == changes);

    assertThatAllKnowTheSame(nodes);
  }

  @Test
  void nodesAgreeAfterAPartition() {
    List<Node> nodes = nodes(4);
    nodes.forEach(node -> node.send("a1"));
    AtomicInteger done = new AtomicInteger();
    int rounds = 6;
    for (int round = 0; round < rounds; round++) {
      // One node notices the cut before the other, as in reality.
      Set<String> way = Set.of("n" + random.nextInt(2), "n" + (2 + random.nextInt(2)));
      cut.add(way);
      nodes.get(random.nextInt(2)).exchange.nodesChanged();
      for (int i = 0; i < 100; i++) {
        nodes
            .get(random.nextInt(nodes.size()))
            .change((nothing, failure) -> done.incrementAndGet());
      }
      nodes.get(2 + random.nextInt(2)).exchange.nodesChanged();
      if (round % 2 == 0) {
        cut.clear();
      }
    }
    cut.clear();

    await().atMost(PATIENCE).until(() -> done.get() == 100 * rounds);

    assertThatAllKnowTheSame(nodes);
  }
}
