package io.busbar.cluster;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells each other node who listens on this one, and takes what they tell. Each node owns what it
 * has registered, and each other node has a copy, which it forgets when that node is gone. One
 * update at a time is on its way to a node; what changes meanwhile goes with the next. A
 * registration counts as made when every node that has a copy has said that it has taken it.
 *
 * <p>Every second a node is asked which update it has. Whoever has not the last one gets all of it
 * anew, so that nothing that was lost on its way stays lost.
 *
 * <p>All but what is said to be otherwise belongs to one thread of its own, which waits for nobody.
 */
final class InterestExchange {
  /** Addresses in one update. */
  static final int MOST_IN_AN_UPDATE = 5_000;

  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final long TICK_MILLIS = 1_000;

  /** Who starts has much to take from all others; who is gone is known to be gone long before. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Who was told something within it is not asked. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS / 2);

  /** Between two updates to a node lies as much: so many that come at once make few of them. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private static final long AGAIN_MILLIS = 100;
  private static final long MOST_AGAIN_MILLIS = 2_000;

  /** Of no listener: it stands for what is told of the node itself. */
  private static final String THE_NODE = "";

  /** The other nodes, as this one sees them. Any thread may ask. */
  interface Nodes {
    /** Without this one. */
    Set<String> others();

    /** Will have that node take it; completes with its answer, on any thread. */
    CompletionStage<Long> tell(String node, InterestUpdate update);
  }

  private record Change(String address, Completable<Void> told) {}

  private record Waiting(long version, Completable<Void> told) {}

  /** What another node has of this one. */
  private final class Peer {
    private final String here;
    private final String node;

    /** What it has not been told, with the version in which it changed first. */
    private final Map<String, Long> changed = new LinkedHashMap<>();

    /** Whether it gets all of it next, because nobody knows what it has. */
    private boolean whole = true;

    /** Whether it has had all of it once, and counts for what has been told. */
    private boolean hasCopy;

    private long number;
    private long toldVersion;

    /** Goes up with each update, so that the answer to one that was given up counts no more. */
    private int attempt;

    private boolean busy;

    /** Whether it waits for its time, and gets nothing until then. */
    private boolean resting;

    private long sinceNanos = System.nanoTime() - PACE_NANOS;
    private long againMillis = AGAIN_MILLIS;

    Peer(String here, String node) {
      this.here = here;
      this.node = node;
    }

    void pump(boolean ask) {
      if (busy || resting) {
        return;
      }
      if (whole) {
        whole = false;
        changed.clear();
        Map<String, Integer> all = table.ownCounts();
        all.keySet().removeIf(withdrawn);
        sendPiece(all.entrySet().iterator(), 0, ++lastNumber, version);
      } else if (ask || !changed.isEmpty()) {
        long early = PACE_NANOS - (System.nanoTime() - sinceNanos);
        if (early <= 0) {
          sendChange();
        } else {
          rest(early);
        }
      }
    }

    private void rest(long nanos) {
      resting = true;
      later(
          () -> {
            resting = false;
            pump(false);
          },
          nanos);
    }

    private void sendPiece(
        Iterator<Map.Entry<String, Integer>> rest, int piece, long its, long when) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      while (rest.hasNext() && counts.size() < MOST_IN_AN_UPDATE) {
        Map.Entry<String, Integer> one = rest.next();
        counts.put(one.getKey(), one.getValue());
      }
      boolean last = !rest.hasNext();
      send(
          InterestUpdate.piece(here, its, piece, last, bus, counts),
          () -> {
            if (last) {
              hasCopy = true;
              took(its, when);
            } else {
              sendPiece(rest, piece + 1, its, when);
            }
          });
    }

    private void sendChange() {
      Map<String, Integer> counts = new LinkedHashMap<>();
      Iterator<String> next = changed.keySet().iterator();
      while (next.hasNext() && counts.size() < MOST_IN_AN_UPDATE) {
        String address = next.next();
        counts.put(address, withdrawn.test(address) ? 0 : table.ownCount(address));
        next.remove();
      }
      long its = counts.isEmpty() ? number : ++lastNumber;
      long when = version;
      send(InterestUpdate.change(here, number, its, bus, counts), () -> took(its, when));
    }

    private void send(InterestUpdate update, Runnable taken) {
      busy = true;
      sinceNanos = System.nanoTime();
      int its = ++attempt;
      nodes
          .tell(node, update)
          .whenComplete((answer, failure) -> run(() -> answered(its, update, answer, taken)));
    }

    /**
     * The node has said which update it has.
     *
     * @param answer null where it did not say
     */
    private void answered(int its, InterestUpdate update, @Nullable Long answer, Runnable taken) {
      if (its != attempt || peers.get(node) != this) {
        return;
      }
      busy = false;
      if (answer != null && answer == update.number()) {
        againMillis = AGAIN_MILLIS;
        taken.run();
      } else {
        startAnew();
      }
    }

    private void took(long its, long when) {
      number = its;
      // What is left of a version has not been told, nor anything after it.
      long left = changed.isEmpty() ? Long.MAX_VALUE : changed.values().iterator().next();
      toldVersion = Math.min(when, left - 1);
      completeWhatIsTold();
      pump(false);
    }

    private void startAnew() {
      whole = true;
      long millis = againMillis;
      againMillis = Math.min(2 * millis, MOST_AGAIN_MILLIS);
      rest(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void tick() {
      if (busy && System.nanoTime() - sinceNanos > ANSWER_NANOS) {
        busy = false;
        attempt++;
        startAnew();
      }
      pump(System.nanoTime() - sinceNanos > QUIET_NANOS);
    }
  }

  private final InterestTable table;
  private final Nodes nodes;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("busbar-interest", true));

  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final InterestCopies copies;
  private final Map<String, Peer> peers = new HashMap<>();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private @Nullable String here;
  private @Nullable RegistrationListener listener;
  private @Nullable Completable<Void> ready;
  private Predicate<String> withdrawn = address -> false;
  private @Nullable NodeInfo bus;
  private long version;
  private long lastNumber;

  InterestExchange(InterestTable table, Nodes nodes) {
    this.table = table;
    this.nodes = nodes;
    this.copies = new InterestCopies(table, this::tellBus);
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /**
   * Begins to tell. Any thread may call it.
   *
   * @param node the name of this one
   * @param told the bus, which remembers who listens
   * @param all completes when every other node has told what it has
   */
  void start(String node, RegistrationListener told, Completable<Void> all) {
    run(
        () -> {
          here = node;
          listener = told;
          ready = all;
          lookAtNodes();
        });
    thread.scheduleWithFixedDelay(
        () -> tried(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Tells and takes nothing more. Any thread may call it. */
  void close() {
    thread.shutdown();
    tellNobody();
  }

  private void run(Runnable task) {
    try {
      thread.execute(() -> tried(task));
    } catch (RejectedExecutionException e) {
      tellNobody();
    }
  }

  /** What changes after the end is nothing that anybody could still be told. */
  private void tellNobody() {
    for (Change change = changes.poll(); change != null; change = changes.poll()) {
      change.told().succeed();
    }
  }

  private void later(Runnable task, long nanos) {
    try {
      thread.schedule(() -> tried(task), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody is told any more who listens", e);
    }
  }

  private static void tried(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "who listens where was not told", e);
    }
  }

  private void tick() {
    lookAtNodes();
    peers.values().forEach(Peer::tick);
  }

  /** Nodes have come or gone. Any thread may call it. */
  void nodesChanged() {
    run(this::lookAtNodes);
  }

  private void lookAtNodes() {
    String us = here;
    if (us == null) {
      return;
    }
    Set<String> now = nodes.others();
    copies.retain(now);
    peers.keySet().retainAll(now);
    now.forEach(node -> peers.computeIfAbsent(node, other -> new Peer(us, other)).pump(false));
    completeWhatIsTold();
    lookWhetherReady(now);
  }

  private void lookWhetherReady(Set<String> others) {
    if (ready != null && copies.areOf(others)) {
      Completable<Void> told = ready;
      ready = null;
      told.succeed();
    }
  }

  private void tellBus(String address) {
    if (listener != null && listener.wantsUpdatesFor(address)) {
      listener.registrationsUpdated(new RegistrationUpdateEvent(address, table.of(address)));
    }
  }

  /**
   * Who listens to it on this node is not the same any more. Any thread may call it.
   *
   * @param told completes when all other nodes know
   */
  void changed(String address, Completable<Void> told) {
    changes.add(new Change(address, told));
    if (draining.compareAndSet(false, true)) {
      run(this::drain);
    }
  }

  private void drain() {
    draining.set(false);
    for (Change change = changes.poll(); change != null; change = changes.poll()) {
      tellBus(change.address());
      tellPeers(change.address());
      waiting.add(new Waiting(version, change.told()));
    }
    pumpAll();
  }

  private void tellPeers(String address) {
    version++;
    for (Peer peer : peers.values()) {
      peer.changed.putIfAbsent(address, version);
    }
  }

  private void pumpAll() {
    peers.values().forEach(peer -> peer.pump(false));
    completeWhatIsTold();
  }

  /** Each node that has a copy has all up to a version; the oldest of them is what all have. */
  private void completeWhatIsTold() {
    long everywhere = version;
    for (Peer peer : peers.values()) {
      if (peer.hasCopy) {
        everywhere = Math.min(everywhere, peer.toldVersion);
      }
    }
    while (!waiting.isEmpty() && waiting.element().version() <= everywhere) {
      waiting.remove().told().succeed();
    }
  }

  /** Where the bus of this node is. Any thread may call it; as {@link #changed}. */
  void busIs(NodeInfo info, Completable<Void> told) {
    run(() -> bus = info);
    changed(THE_NODE, told);
  }

  /** Where the bus of another node is; null where nobody knows. Any thread may ask. */
  @Nullable NodeInfo busOf(String node) {
    return copies.busOf(node);
  }

  /** Tells every node all of it once more. Any thread may call it; as {@link #changed}. */
  void tellAgain(Completable<Void> told) {
    run(() -> peers.values().forEach(peer -> peer.whole = true));
    changed(THE_NODE, told);
  }

  /**
   * Tells the other nodes that nobody listens to these here, from now on. Any thread may call it;
   * as {@link #changed}.
   */
  void withdraw(Predicate<String> which, Completable<Void> told) {
    run(
        () -> {
          withdrawn = which;
          table.ownCounts().keySet().stream().filter(which).forEach(this::tellPeers);
        });
    changed(THE_NODE, told);
  }

  /**
   * Takes what another node tells, and answers what this one then has of it; any thread but ours.
   */
  long take(InterestUpdate update) throws ExecutionException, InterruptedException {
    return thread.submit(() -> taken(update)).get();
  }

  private long taken(InterestUpdate update) {
    Set<String> others = nodes.others();
    if (!others.contains(update.from())) {
      // It would never be forgotten.
      return InterestUpdate.NOTHING;
    }
    long answer = copies.take(update);
    lookWhetherReady(others);
    return answer;
  }
}
