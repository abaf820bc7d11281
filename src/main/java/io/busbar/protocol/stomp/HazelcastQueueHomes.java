package io.busbar.protocol.stomp;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import io.vertx.core.Vertx;
import java.util.HashSet;
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

  /**
   * What was found.
   *
   * @param nodes that there are
   * @param owners of each partition, by its number
   * @param since when each has its owner; milliseconds since 1970, 0 for from the start
   * @param lastLoss when a node was missed
   */
  private record View(Set<String> nodes, String[] owners, long[] since, long lastLoss) {}

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
    this.view = new View(Set.of(), new String[count], new long[count], 0);
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
      boolean lost = !nodes.containsAll(before.nodes);
      long lastLoss = lost ? System.currentTimeMillis() : before.lastLoss;
      view = new View(Set.copyOf(nodes), owners, since, lastLoss);
    }
    return changed;
  }

  private String node(Member member) {
    return member.getAttribute(attribute);
  }
}
