package io.busbar.queue;

import io.busbar.config.QueuesConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room that all queues of this node have, and each holder's share of it. Any thread may use it.
 */
final class QueueBudget {
  private static final int ALONE = 4;
  private static final int SHARED = 8;

  private final long total;
  private final long each;
  private final AtomicLong used = new AtomicLong();
  private final Map<String, Long> held = new ConcurrentHashMap<>();

  /**
   * @param clustered whether each message is in Hazelcast, too
   */
  QueueBudget(QueuesConfig config, boolean clustered) {
    long configured = config.totalSize().bytes();
    long heap = Runtime.getRuntime().maxMemory();
    this.total = configured > 0 ? configured : heap / (clustered ? SHARED : ALONE);
    this.each = config.userSize().bytes();
  }

  /** Takes room; why not, in words for the sender, or null. */
  String take(String holder, int size) {
    if (used.addAndGet(size) > total) {
      used.addAndGet(-size);
      return "the queues of this node are full (queues.total-size)";
    }
    if (!holder.isEmpty() && !takeShare(holder, size)) {
      used.addAndGet(-size);
      return "what you have in queues is too much (queues.user-size)";
    }
    return null;
  }

  private boolean takeShare(String holder, int size) {
    boolean[] taken = new boolean[1];
    held.compute(
        holder,
        (name, before) -> {
          long after = (before == null ? 0 : before) + size;
          taken[0] = after <= each;
          return taken[0] ? Long.valueOf(after) : before;
        });
    return taken[0];
  }

  /** Takes room for what must not be lost, be there some or not. */
  void takeAnyway(String holder, int size) {
    used.addAndGet(size);
    if (!holder.isEmpty()) {
      held.merge(holder, (long) size, Long::sum);
    }
  }

  void release(String holder, int size) {
    used.addAndGet(-size);
    if (!holder.isEmpty()) {
      held.computeIfPresent(holder, (name, before) -> before > size ? before - size : null);
    }
  }

  /** Bytes of all queues. */
  long used() {
    return used.get();
  }

  long total() {
    return total;
  }
}
