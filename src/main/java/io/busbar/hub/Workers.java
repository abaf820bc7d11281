package io.busbar.hub;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a pool. Those that may take a request are kept by how many they have, so that a
 * choice costs the same however many there are. Owned by the pool's loop.
 */
final class Workers {
  private final int concurrency;
  private final Map<Subscription, Worker> all = new HashMap<>();

  /** By how many requests they have; of equals the one that has waited longest is first. */
  private final TreeMap<Integer, LinkedHashSet<Worker>> free = new TreeMap<>();

  /**
   * @param concurrency requests that each may have
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

  /** Takes out the one whose subscription that is; null where there is none. */
  @Nullable Worker remove(Subscription subscription) {
    Worker worker = all.remove(subscription);
    if (worker != null) {
      unrank(worker);
    }
    return worker;
  }

  /** Changes one, which may have been taken out. */
  void change(Worker worker, Consumer<Worker> how) {
    unrank(worker);
    how.accept(worker);
    if (all.get(worker.subscription()) == worker) {
      rank(worker);
    }
  }

  /** The one that has the fewest requests; null where each has as many as it may. */
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
