package io.busbar.protocol.stomp;

import io.busbar.BusbarProcess;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** The nodes that clients of an audit may go to. Any thread may use it. */
final class AuditNodes {
  private final List<BusbarProcess> there = new CopyOnWriteArrayList<>();

  /** Those that are about to be killed: nobody goes there for whom that would be unfair. */
  private final Set<BusbarProcess> condemned = ConcurrentHashMap.newKeySet();

  void add(BusbarProcess node) {
    there.add(node);
  }

  void remove(BusbarProcess node) {
    there.remove(node);
  }

  /** Whoever must not be cut off leaves it, and goes to another. */
  void condemn(BusbarProcess node) {
    condemned.add(node);
  }

  boolean isCondemned(BusbarProcess node) {
    return condemned.contains(node);
  }

  List<BusbarProcess> all() {
    return List.copyOf(there);
  }

  /**
   * One of them; empty when there is none just now.
   *
   * @param safe whether it must be one that nobody is about to kill
   */
  Optional<BusbarProcess> any(Random random, boolean safe) {
    List<BusbarProcess> all =
        there.stream().filter(node -> !safe || !condemned.contains(node)).toList();
    if (all.isEmpty()) {
      LockSupport.parkNanos(10_000_000);
      return Optional.empty();
    }
    return Optional.of(all.get(random.nextInt(all.size())));
  }
}
