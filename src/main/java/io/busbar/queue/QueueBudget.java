package io.busbar.queue;

import io.busbar.config.QueuesConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The number of queues of this node and the room that they take, with each holder's share of both.
 * Any thread may use it.
 */
final class QueueBudget {
  private final long total;
  private final long each;
  private final AtomicLong used = new AtomicLong();
  private final Map<String, Long> held = new ConcurrentHashMap<>();
  private final AtomicInteger queues = new AtomicInteger();
  private final Map<String, Integer> made = new ConcurrentHashMap<>();
  private final QueuesConfig config;

  /**
   * @param clustered whether each message is also in Hazelcast
   */
  QueueBudget(QueuesConfig config, boolean clustered) {
    this.config = config;
    this.total = config.totalBytes(Runtime.getRuntime().maxMemory(), clustered);
    this.each = config.userSize().bytes();
  }

  /** Takes room. Returns null, or the reason of a refusal in words for the sender. */
  @Nullable String take(String holder, int size) {
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

  /** Takes room for a message that must not be lost, even if there is no room. */
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

  /**
   * Counts one more queue. Returns null, or the reason of a refusal in words for the client that
   * makes the queue.
   *
   * @param bounded whether the limits apply
   */
  @Nullable String open(String holder, boolean bounded) {
    int all = queues.incrementAndGet();
    int theirs = holder.isEmpty() ? 0 : made.merge(holder, 1, Integer::sum);
    String why = null;
    if (bounded && all > config.count()) {
      why = "a node has at most " + config.count() + " queues (queues.count)";
    } else if (bounded && theirs > config.userCount()) {
      why = "you may make at most " + config.userCount() + " queues (queues.user-count)";
    }
    if (why != null) {
      close(holder);
    }
    return why;
  }

  /** Counts one queue less. */
  void close(String holder) {
    queues.decrementAndGet();
    if (!holder.isEmpty()) {
      made.computeIfPresent(holder, (name, before) -> before > 1 ? before - 1 : null);
    }
  }

  int queues() {
    return queues.get();
  }

  /** Bytes of all queues. */
  long used() {
    return used.get();
  }
}
