package io.busbar.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The owners of names by Hazelcast's partitions. A name belongs to the owner of its partition,
 * which also has the data. When that node dies, the one with the backup becomes the owner. A worker
 * thread asks Hazelcast at intervals; any thread may read the result without waiting.
 */
public final class HazelcastOwners implements Owners, AutoCloseable {
  private static final long LOOK_MILLIS = 100;
  private static final long SETTLE_MILLIS = 1_000;
  private static final long STANDSTILL_MILLIS = 5_000;

  /** Longer than parts of a cluster need to find each other and to merge. */
  private static final long DOUBT_MILLIS = 15_000;

  private static final int MOST_GONE = 1_000;

  /**
   * The result of one look at Hazelcast.
   *
   * @param nodes names of all nodes
   * @param owners owner of each partition, by its number
   * @param since since when each partition has its owner, in milliseconds since 1970; 0 for from
   *     the start
   * @param changedMillis when the nodes changed last, in milliseconds since 1970
   */
  private record View(Set<String> nodes, String[] owners, long[] since, long changedMillis) {
    boolean isAlone() {
      return nodes.size() <= 1;
    }
  }

  private final Vertx vertx;
  private final HazelcastInstance hazelcast;
  private final PartitionService partitions;
  private final String attribute;
  private final String here;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final long timer;
  private final long standstillMillis;

  /** Nodes that are gone; most never come back. Used by the worker thread that looks. */
  private final Set<String> departed = new HashSet<>();

  /** Used by the worker thread that looks. */
  private boolean doubted;

  private volatile View view;
  private volatile long lookedMillis = System.currentTimeMillis();
  private volatile long wokeMillis;

  /** When the node last went on after a standstill, in milliseconds since 1970. */
  private volatile long stoodStillMillis;

  /**
   * Asks Hazelcast once and waits for the answer, so event loops must not call it.
   *
   * @param attribute attribute of each member with its node's name, which never changes while the
   *     node lives
   * @param deadAfter a node that is silent for this long counts as dead
   */
  public HazelcastOwners(
      Vertx vertx, HazelcastInstance hazelcast, String attribute, Duration deadAfter) {
    this.vertx = vertx;
    this.hazelcast = hazelcast;
    this.standstillMillis = Math.min(STANDSTILL_MILLIS, deadAfter.toMillis() / 2);
    this.partitions = hazelcast.getPartitionService();
    this.attribute = attribute;
    this.here = hazelcast.getCluster().getLocalMember().getAttribute(attribute);
    int count = partitions.getPartitions().size();
    this.view = new View(Set.of(), new String[count], new long[count], 0);
    look();
    this.timer = vertx.setPeriodic(LOOK_MILLIS, id -> lookSoon());
  }

  /** Stops asking Hazelcast. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }

  @Override
  public String here() {
    return here;
  }

  @Override
  public @Nullable String of(String name) {
    return isInDoubt() ? null : view.owners[partition(name)];
  }

  /**
   * Returns whether this node stood still and was alone afterwards. The other nodes took it for
   * dead and form a cluster without it. A merge with them would discard what this node took now.
   */
  private boolean isInDoubt() {
    wokeMillis();
    long woke = stoodStillMillis;
    if (System.currentTimeMillis() - woke > DOUBT_MILLIS) {
      return false;
    }
    View seen = view;
    return seen.isAlone() ? seen.changedMillis > woke : isAloneNow();
  }

  /** Asks Hazelcast, because the last look may be a moment old. */
  private boolean isAloneNow() {
    try {
      return hazelcast.getCluster().getMembers().size() <= 1;
    } catch (HazelcastInstanceNotActiveException e) {
      return false;
    }
  }

  @Override
  public Set<String> nodes() {
    return view.nodes;
  }

  @Override
  public long settlesIn(String name) {
    long over = view.since[partition(name)] + SETTLE_MILLIS;
    return Math.max(0, over - System.currentTimeMillis());
  }

  @Override
  public long wokeMillis() {
    long now = System.currentTimeMillis();
    if (now - lookedMillis > standstillMillis) {
      stoodStillMillis = now;
      wokeMillis = now;
    }
    return wokeMillis;
  }

  @Override
  public void onChange(Runnable changed) {
    listeners.add(changed);
  }

  private int partition(String name) {
    return partitions.getPartition(name).getPartitionId();
  }

  private void lookSoon() {
    // A standstill must be detected before this time is overwritten.
    wokeMillis();
    lookedMillis = System.currentTimeMillis();
    if (looking.compareAndSet(false, true)) {
      vertx
          .executeBlocking(this::lookWhileRunning, false)
          .onComplete(looked -> looking.set(false))
          .onSuccess(this::tell);
    }
  }

  private boolean lookWhileRunning() {
    return hazelcast.getLifecycleService().isRunning() && look();
  }

  private void tell(boolean changed) {
    if (changed) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Asks Hazelcast; returns whether something has changed. */
  private boolean look() {
    View before = view;
    Set<String> nodes = new HashSet<>();
    hazelcast.getCluster().getMembers().forEach(member -> nodes.add(node(member)));
    nodes.remove(null);
    String[] owners = before.owners.clone();
    long[] since = before.since.clone();
    boolean others = !nodes.equals(before.nodes);
    boolean changed = others;
    for (Partition partition : partitions.getPartitions()) {
      int i = partition.getPartitionId();
      Member owner = partition.getOwner();
      String node = owner == null ? owners[i] : node(owner);
      if (node != null && !node.equals(owners[i])) {
        changed = true;
        since[i] = owners[i] == null ? 0 : System.currentTimeMillis();
        owners[i] = node;
      }
    }
    if (hasReturned(before.nodes, nodes)) {
      wokeMillis = System.currentTimeMillis();
    }
    if (changed) {
      long millis = others ? System.currentTimeMillis() : before.changedMillis;
      view = new View(Set.copyOf(nodes), owners, since, millis);
    }
    boolean doubts = isInDoubt();
    changed |= doubts != doubted;
    doubted = doubts;
    return changed;
  }

  /** Returns whether a node has come back: it was frozen, or the network was cut. */
  private boolean hasReturned(Set<String> before, Set<String> now) {
    if (departed.size() > MOST_GONE) {
      departed.clear();
    }
    before.stream().filter(node -> !now.contains(node)).forEach(departed::add);
    return departed.removeAll(now);
  }

  private String node(Member member) {
    return member.getAttribute(attribute);
  }
}
