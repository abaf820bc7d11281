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
 * Who listens to which address, on this node and on the others: what the bus asks before it sends.
 * What only this node may know of is in it, too. Any thread may use it; an address changes in one
 * step.
 */
final class InterestTable {
  private final Map<String, List<RegistrationInfo>> all = new ConcurrentHashMap<>();

  /** How many of this node listen to each address, without those that only it may know of. */
  private final Map<String, Integer> own = new ConcurrentHashMap<>();

  /** The first one of each other node: most addresses have one of a node. */
  private final Map<String, RegistrationInfo> firsts = new ConcurrentHashMap<>();

  /** As it is now. */
  Map<String, List<RegistrationInfo>> all() {
    return Map.copyOf(all);
  }

  List<RegistrationInfo> of(String address) {
    return all.getOrDefault(address, List.of());
  }

  /** One of this node's. */
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

  /** One of this node's, which need not be there any more. */
  void remove(String address, RegistrationInfo one) {
    if (replace(address, one::equals, List.of()) && !one.localOnly()) {
      own.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Puts these in the place of those that are meant; whether there are more or fewer now. */
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

  /** How many listeners of this node other nodes may know of. */
  int ownCount() {
    return own.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many of this node listen to it, as other nodes may know. */
  int ownCount(String address) {
    return own.getOrDefault(address, 0);
  }

  /** What this node listens to, and how many there do, as other nodes may know. */
  Map<String, Integer> ownCounts() {
    return new HashMap<>(own);
  }

  /** How many of that node listen to it, without those that nobody else may know of. */
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

  /** What that node listens to, and how many there do. */
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

  /** So many of another node listen to it; whether that is news. */
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
   * Another node listens to these, and to nothing else.
   *
   * @param changed hears of each address where that is news
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

  /** So many of another node listen to each of these; what else it listens to stays. */
  void addAll(String node, Map<String, Integer> now, Consumer<String> changed) {
    now.forEach(
        (address, count) -> {
          if (set(address, node, count)) {
            changed.accept(address);
          }
        });
  }

  /**
   * Other nodes listen to nothing any more.
   *
   * @param changed hears of each address where that is news
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
