package io.busbar.cluster;

import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The table of all registrations, of this node and of the others, which the bus asks before it
 * sends. It also has those that only this node may know. Any thread may use it; an address changes
 * in one step.
 */
final class InterestTable {
  private final Map<String, List<RegistrationInfo>> all = new ConcurrentHashMap<>();

  /**
   * Number of this node's listeners for each address, without those that only this node may know.
   */
  private final Map<String, Integer> own = new ConcurrentHashMap<>();

  /** The first registration of each other node; most addresses have one per node. */
  private final Map<String, RegistrationInfo> firsts = new ConcurrentHashMap<>();

  /** Returns a copy of the table. */
  Map<String, List<RegistrationInfo>> all() {
    return Map.copyOf(all);
  }

  List<RegistrationInfo> of(String address) {
    return all.getOrDefault(address, List.of());
  }

  /** Adds a registration of this node. */
  void add(String address, RegistrationInfo one) {
    all.merge(address, List.of(one), InterestTable::both);
    if (!one.localOnly()) {
      own.merge(address, 1, Integer::sum);
    }
  }

  private static List<RegistrationInfo> both(
      List<RegistrationInfo> known, List<RegistrationInfo> more) {
    List<RegistrationInfo> both = new ArrayList<>(known);
    both.addAll(more);
    return List.copyOf(both);
  }

  /** Removes a registration of this node, if it exists. */
  void remove(String address, RegistrationInfo one) {
    if (replace(address, one::equals, List.of()) && !one.localOnly()) {
      own.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Replaces the matching registrations; returns whether their number has changed. */
  private boolean replace(
      String address, Predicate<RegistrationInfo> meant, List<RegistrationInfo> fresh) {
    boolean[] changed = new boolean[1];
    all.compute(
        address,
        (key, known) -> {
          List<RegistrationInfo> before = known == null ? List.of() : known;
          List<RegistrationInfo> now = new ArrayList<>(before);
          now.removeIf(meant);
          now.addAll(fresh);
          changed[0] = now.size() != before.size();
          return now.isEmpty() ? null : changed[0] ? List.copyOf(now) : known;
        });
    return changed[0];
  }

  /** Returns the number of this node's listeners that other nodes may know. */
  int ownCount() {
    return own.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the number of this node's listeners for the address that other nodes may know. */
  int ownCount(String address) {
    return own.getOrDefault(address, 0);
  }

  /**
   * Returns the addresses with listeners on this node and their number, as other nodes may know.
   */
  Map<String, Integer> ownCounts() {
    return new HashMap<>(own);
  }

  /**
   * Returns the number of that node's listeners for the address, without those that only this node
   * may know.
   */
  int count(String address, String node) {
    int count = 0;
    for (RegistrationInfo one : of(address)) {
      if (isOf(one, node)) {
        count++;
      }
    }
    return count;
  }

  private static boolean isOf(RegistrationInfo one, String node) {
    return !one.localOnly() && one.nodeId().equals(node);
  }

  /** Returns the addresses with listeners on that node, and their number. */
  Map<String, Integer> counts(String node) {
    Map<String, Integer> counts = new HashMap<>();
    all.forEach(
        (address, known) -> {
          int count = count(address, node);
          if (count > 0) {
            counts.put(address, count);
          }
        });
    return counts;
  }

  /** How many listeners each other node has told of. Looks through all of it. */
  Map<String, Integer> totals() {
    Map<String, Integer> totals = new HashMap<>();
    all.values()
        .forEach(
            known ->
                known.stream()
                    .filter(one -> !one.localOnly())
                    .forEach(one -> totals.merge(one.nodeId(), 1, Integer::sum)));
    return totals;
  }

  /**
   * Sets the number of another node's listeners for the address; returns whether it has changed.
   */
  boolean set(String address, String node, int count) {
    List<RegistrationInfo> fresh =
        IntStream.range(0, count).mapToObj(number -> listener(node, number)).toList();
    return replace(address, one -> isOf(one, node), fresh);
  }

  private RegistrationInfo listener(String node, int number) {
    return number == 0
        ? firsts.computeIfAbsent(node, key -> new RegistrationInfo(key, 0, false))
        : new RegistrationInfo(node, number, false);
  }

  /**
   * Sets all registrations of another node.
   *
   * @param changed called with each address whose registrations have changed
   */
  void setAll(String node, Map<String, Integer> now, Consumer<String> changed) {
    counts(node)
        .forEach(
            (address, count) -> {
              if (!now.containsKey(address)) {
                set(address, node, 0);
                changed.accept(address);
              }
            });
    addAll(node, now, changed);
  }

  /** Sets another node's number of listeners for each of these addresses; its others stay. */
  void addAll(String node, Map<String, Integer> now, Consumer<String> changed) {
    now.forEach(
        (address, count) -> {
          if (set(address, node, count)) {
            changed.accept(address);
          }
        });
  }

  /**
   * Removes all registrations of these nodes.
   *
   * @param changed called with each address whose registrations have changed
   */
  void removeAll(Set<String> nodes, Consumer<String> changed) {
    all.keySet()
        .forEach(
            address -> {
              if (replace(address, one -> isOfAny(one, nodes), List.of())) {
                changed.accept(address);
              }
            });
    firsts.keySet().removeAll(nodes);
  }

  private static boolean isOfAny(RegistrationInfo one, Set<String> nodes) {
    return !one.localOnly() && nodes.contains(one.nodeId());
  }
}
