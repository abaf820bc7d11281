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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The exchange of registrations between nodes. Each node owns its registrations. Every other node
 * has a copy, and drops it when that node is gone. Only one update at a time is under way to a
 * node; later changes go with the next. A registration is complete when every node with a copy has
 * confirmed it.
 *
 * <p>Every second each node is asked for the number of its last update. A node without the last one
 * gets all registrations again, so nothing stays lost.
 *
 * <p>Its own thread owns everything, unless a method says otherwise. That thread never waits.
 */
final class InterestExchange {
  /** Maximum number of addresses in one update. */
  static final int MOST_IN_AN_UPDATE = 5_000;

  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final long TICK_MILLIS = 1_000;

  /** A starting node has much to take from all others; a dead one is noticed long before. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** A node that got an update within this time is not asked. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS / 2);

  /** Pause between two updates to a node, so that many changes at once need few updates. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private static final long AGAIN_MILLIS = 100;
  private static final long MOST_AGAIN_MILLIS = 2_000;

  /** An address without listeners, for updates about the node itself. */
  private static final String THE_NODE = "";

  /** The other nodes in the view of this one. Any thread may use it. */
  interface Nodes {
    /** Returns the names of all nodes without this one. */
    Set<String> others();

    /** Will send the update to that node; completes with its answer, on any thread. */
    CompletionStage<Long> tell(String node, InterestUpdate update);
  }

  /**
   * The last answer of another node.
   *
   * @param millis when it came, since 1970
   * @param nanos that it took
   */
  record LastAnswer(long millis, long nanos) {}

  private record Change(String address, Completable<Void> completion) {}

  private record Waiting(long version, Completable<Void> completion) {}

  /** The state of another node's copy of these registrations. Owned by the exchange's thread. */
  private final class Peer {
    private final String here;
    private final String node;

    /** Changes to tell, each with the version of its first change. */
    private final Map<String, Long> changed = new LinkedHashMap<>();

    /** Whether the node gets all registrations next, because its state is unknown. */
    private boolean whole = true;

    /** Whether the node has had all registrations once, so that confirmations wait for it. */
    private boolean hasCopy;

    private long number;
    private long announcedVersion;

    /** Goes up with each update, so that late answers to an abandoned update are ignored. */
    private int attempt;

    private boolean busy;

    /** Whether the node gets nothing until the end of its pause. */
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
     * Handles the number of the node's last update.
     *
     * @param answer null for no answer
     */
    private void answered(int its, InterestUpdate update, @Nullable Long answer, Runnable taken) {
      if (its != attempt || peers.get(node) != this) {
        return;
      }
      busy = false;
      if (answer != null) {
        received.put(
            node, new LastAnswer(System.currentTimeMillis(), System.nanoTime() - sinceNanos));
      }
      if (answer != null && answer == update.number()) {
        againMillis = AGAIN_MILLIS;
        taken.run();
      } else {
        startAnew();
      }
    }

    private void took(long its, long when) {
      number = its;
      // The rest of a version is not told yet, nor are later versions.
      long left = changed.isEmpty() ? Long.MAX_VALUE : changed.values().iterator().next();
      announcedVersion = Math.min(when, left - 1);
      completeAnnounced();
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
  private final Map<String, LastAnswer> received = new ConcurrentHashMap<>();
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
    this.copies = new InterestCopies(table, this::notifyBus);
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /**
   * Starts the exchange. Any thread may call it.
   *
   * @param node name of this node
   * @param completion the bus, which remembers registrations
   * @param all completes when every other node has told its registrations
   */
  void start(String node, RegistrationListener completion, Completable<Void> all) {
    run(
        () -> {
          here = node;
          listener = completion;
          ready = all;
          lookAtNodes();
        });
    thread.scheduleWithFixedDelay(
        () -> tried(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Stops the exchange. Any thread may call it. */
  void close() {
    thread.shutdown();
    stopAnnouncing();
  }

  private void run(Runnable task) {
    try {
      thread.execute(() -> tried(task));
    } catch (RejectedExecutionException e) {
      stopAnnouncing();
    }
  }

  /** After the end nobody can be told, so changes count as complete. */
  private void stopAnnouncing() {
    for (Change change = changes.poll(); change != null; change = changes.poll()) {
      change.completion().succeed();
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

  /** Handles a change of the nodes. Any thread may call it. */
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
    received.keySet().retainAll(now);
    now.forEach(node -> peers.computeIfAbsent(node, other -> new Peer(us, other)).pump(false));
    completeAnnounced();
    lookWhetherReady(now);
  }

  private void lookWhetherReady(Set<String> others) {
    if (ready != null && copies.areOf(others)) {
      Completable<Void> completion = ready;
      ready = null;
      completion.succeed();
    }
  }

  private void notifyBus(String address) {
    if (listener != null && listener.wantsUpdatesFor(address)) {
      listener.registrationsUpdated(new RegistrationUpdateEvent(address, table.of(address)));
    }
  }

  /**
   * Handles a change of this node's registrations for the address. Any thread may call it.
   *
   * @param completion completes when all other nodes know
   */
  void changed(String address, Completable<Void> completion) {
    changes.add(new Change(address, completion));
    if (draining.compareAndSet(false, true)) {
      run(this::drain);
    }
  }

  private void drain() {
    draining.set(false);
    for (Change change = changes.poll(); change != null; change = changes.poll()) {
      notifyBus(change.address());
      notifyPeers(change.address());
      waiting.add(new Waiting(version, change.completion()));
    }
    pumpAll();
  }

  private void notifyPeers(String address) {
    version++;
    for (Peer peer : peers.values()) {
      peer.changed.putIfAbsent(address, version);
    }
  }

  private void pumpAll() {
    peers.values().forEach(peer -> peer.pump(false));
    completeAnnounced();
  }

  /**
   * Each node with a copy has everything up to a version; the oldest of these versions is
   * everywhere.
   */
  private void completeAnnounced() {
    long everywhere = version;
    for (Peer peer : peers.values()) {
      if (peer.hasCopy) {
        everywhere = Math.min(everywhere, peer.announcedVersion);
      }
    }
    while (!waiting.isEmpty() && waiting.element().version() <= everywhere) {
      waiting.remove().completion().succeed();
    }
  }

  /**
   * Sets the address of this node's bus; completes as {@link #changed} does. Any thread may call
   * it.
   */
  void busIs(NodeInfo info, Completable<Void> completion) {
    run(() -> bus = info);
    changed(THE_NODE, completion);
  }

  /** Returns the address of a node's bus; null for unknown. Any thread may call it. */
  @Nullable NodeInfo busOf(String node) {
    return copies.busOf(node);
  }

  /** The last answer of another node; null where none has come. Any thread may ask. */
  @Nullable LastAnswer heardOf(String node) {
    return received.get(node);
  }

  /**
   * Tells every node all registrations again; completes as {@link #changed} does. Any thread may
   * call it.
   */
  void announceAgain(Completable<Void> completion) {
    run(() -> peers.values().forEach(peer -> peer.whole = true));
    changed(THE_NODE, completion);
  }

  /**
   * Tells the other nodes that nobody here listens to these addresses any more; completes as {@link
   * #changed} does. Any thread may call it.
   */
  void withdraw(Predicate<String> which, Completable<Void> completion) {
    run(
        () -> {
          withdrawn = which;
          table.ownCounts().keySet().stream().filter(which).forEach(this::notifyPeers);
        });
    changed(THE_NODE, completion);
  }

  /**
   * Applies an update of another node; returns the number of that node's last applied update.
   * Blocks: any thread except the exchange's own may call it.
   */
  long take(InterestUpdate update) throws ExecutionException, InterruptedException {
    return thread.submit(() -> taken(update)).get();
  }

  private long taken(InterestUpdate update) {
    Set<String> others = nodes.others();
    if (!others.contains(update.from())) {
      // Nobody would ever drop its copy.
      return InterestUpdate.NOTHING;
    }
    long answer = copies.take(update);
    lookWhetherReady(others);
    return answer;
  }
}
