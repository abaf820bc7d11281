package io.busbar.hub;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a pool, sorted by their number of requests, so that a choice costs the same for
 * any number of workers. Owned by the pool's loop.
 */
final class Workers {
  private final int concurrency;
  private final Map<Subscription, Worker> all = new HashMap<>();

  /**
   * Free workers by their number of requests; among equals the one that has waited longest is
   * first.
   */
  private final TreeMap<Integer, LinkedHashSet<Worker>> free = new TreeMap<>();

  /**
   * @param concurrency number of requests that a worker may have at once
   */
  Workers(int concurrency) {
    this.concurrency = concurrency;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  void add(Worker worker) {
    all.put(worker.subscription(), worker);
    rank(worker);
  }

  /** Removes and returns the worker with that subscription; null for none. */
  @Nullable Worker remove(Subscription subscription) {
    Worker worker = all.remove(subscription);
    if (worker != null) {
      unrank(worker);
    }
    return worker;
  }

  /** Changes a worker, which may have been removed before. */
  void change(Worker worker, Consumer<Worker> how) {
    unrank(worker);
    how.accept(worker);
    if (all.get(worker.subscription()) == worker) {
      rank(worker);
    }
  }

  /** Returns the worker with the fewest requests; null where all are busy. */
  @Nullable Worker next() {
    return free.isEmpty() ? null : free.firstEntry().getValue().iterator().next();
  }

  private void rank(Worker worker) {
    if (worker.hasRoom(concurrency)) {
      free.computeIfAbsent(worker.unanswered(), count -> new LinkedHashSet<>()).add(worker);
    }
  }

  private void unrank(Worker worker) {
    LinkedHashSet<Worker> equals = free.get(worker.unanswered());
    if (equals != null && equals.remove(worker) && equals.isEmpty()) {
      free.remove(worker.unanswered());
    }
  }
}
