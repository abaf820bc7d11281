package io.busbar.protocol.stomp;

import io.busbar.BusbarProcess;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** The nodes that clients of an audit may connect to. Any thread may use it. */
final class AuditNodes {
  private final List<BusbarProcess> there = new CopyOnWriteArrayList<>();

  /** Nodes that are about to be killed. Clients that may lose messages avoid them. */
  private final Set<BusbarProcess> condemned = ConcurrentHashMap.newKeySet();

  void add(BusbarProcess node) {
    there.add(node);
  }

  void remove(BusbarProcess node) {
    there.remove(node);
  }

  /** Announces the kill of a node. Clients that must not be cut off move to another one. */
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
   * Returns a random node; empty when there is none at the moment.
   *
   * @param safe whether it must be a node that is not about to be killed
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
