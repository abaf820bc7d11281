package io.busbar.protocol.stomp;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A queue lives where Hazelcast keeps its messages: on the owner of the partition that the queue's
 * name falls into. When that node dies, the node with the backup becomes the owner. Asks Hazelcast
 * every so often on a worker thread; everybody else reads what it found, and waits for nothing.
 */
public final class HazelcastQueueHomes implements QueueHomes, AutoCloseable {
  private static final long LOOK_MILLIS = 100;
  private static final long SETTLE_MILLIS = 1_000;

  /** As long as Hazelcast may take to bring what two parts of a cluster have together. */
  private static final long MERGE_MILLIS = 10_000;

  /**
   * A node that was cut off can come back after any time, so it is forgotten only when so many were
   * missed after it.
   */
  private static final int MOST_MISSED = 1_000;

  /**
   * What was found.
   *
   * @param nodes that there are
   * @param owners of each partition, by its number
   * @param since when each has its owner; milliseconds since 1970, 0 for from the start
   * @param missed nodes that there were, the latest last
   * @param lastLoss when a node was missed, or until when one that is back may still say that it
   *     consumes what it does not
   */
  private record View(
      Set<String> nodes, String[] owners, long[] since, Set<String> missed, long lastLoss) {}

  private final Vertx vertx;
  private final HazelcastInstance hazelcast;
  private final PartitionService partitions;
  private final String attribute;
  private final String here;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final long timer;
  private volatile View view;

  /**
   * Looks once, which waits until Hazelcast knows: not for event loops.
   *
   * @param attribute of each member, its node's name, the same as long as the node lives
   */
  public HazelcastQueueHomes(Vertx vertx, HazelcastInstance hazelcast, String attribute) {
    this.vertx = vertx;
    this.hazelcast = hazelcast;
    this.partitions = hazelcast.getPartitionService();
    this.attribute = attribute;
    this.here = hazelcast.getCluster().getLocalMember().getAttribute(attribute);
    int count = partitions.getPartitions().size();
    this.view = new View(Set.of(), new String[count], new long[count], Set.of(), 0);
    look();
    this.timer = vertx.setPeriodic(LOOK_MILLIS, id -> lookSoon());
  }

  /** Will look no more. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }

  @Override
  public String here() {
    return here;
  }

  @Override
  public String of(String queue) {
    return view.owners[partition(queue)];
  }

  @Override
  public Set<String> nodes() {
    return view.nodes;
  }

  @Override
  public long lastLossMillis() {
    return view.lastLoss;
  }

  @Override
  public long settlesIn(String queue) {
    long over = view.since[partition(queue)] + SETTLE_MILLIS;
    return Math.max(0, over - System.currentTimeMillis());
  }

  @Override
  public void onChange(Runnable changed) {
    listeners.add(changed);
  }

  private int partition(String queue) {
    return partitions.getPartition(queue).getPartitionId();
  }

  private void lookSoon() {
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

  /** Whether something is not as it was. */
  private boolean look() {
    View before = view;
    Set<String> nodes = new HashSet<>();
    hazelcast.getCluster().getMembers().forEach(member -> nodes.add(node(member)));
    nodes.remove(null);
    String[] owners = before.owners.clone();
    long[] since = before.since.clone();
    boolean changed = !nodes.equals(before.nodes);
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
    if (changed) {
      view = view(before, Set.copyOf(nodes), owners, since);
    }
    return changed;
  }

  private static View view(View before, Set<String> nodes, String[] owners, long[] since) {
    boolean back = !Collections.disjoint(before.missed, nodes);
    Set<String> missed = missed(before.missed, before.nodes, nodes);
    long now = System.currentTimeMillis();
    long lastLoss = nodes.containsAll(before.nodes) ? before.lastLoss : now;
    return new View(nodes, owners, since, missed, back ? now + MERGE_MILLIS : lastLoss);
  }

  /** Whoever was missed or there before, and is not there now: the latest, in that order. */
  static Set<String> missed(Set<String> missedBefore, Set<String> before, Set<String> now) {
    Set<String> missed = new LinkedHashSet<>(missedBefore);
    missed.addAll(before);
    missed.removeAll(now);
    Iterator<String> oldest = missed.iterator();
    while (missed.size() > MOST_MISSED) {
      oldest.next();
      oldest.remove();
    }
    return missed;
  }

  private String node(Member member) {
    return member.getAttribute(attribute);
  }
}
