package io.busbar.cluster;

import io.vertx.core.spi.cluster.NodeInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The registrations of other nodes and the addresses of their buses, as each node has told them.
 * Owned by the thread of the exchange; any thread may read the addresses of buses.
 */
final class InterestCopies {
  /** The copy of one other node's registrations. Owned by the thread of the exchange. */
  private static final class Copy {
    private long number = InterestUpdate.NOTHING;

    /** The pieces of a full update so far; null where none is under way. */
    private @Nullable Map<String, Integer> coming;

    private long comingNumber;
    private int pieces;
  }

  private final InterestTable table;
  private final Consumer<String> changed;
  private final Map<String, Copy> copies = new HashMap<>();
  private final Map<String, NodeInfo> buses = new ConcurrentHashMap<>();

  /**
   * @param table gets the registrations
   * @param changed called with each address whose registrations have changed
   */
  InterestCopies(InterestTable table, Consumer<String> changed) {
    this.table = table;
    this.changed = changed;
  }

  /** Returns the address of a node's bus; null for unknown. Any thread may call it. */
  @Nullable NodeInfo busOf(String node) {
    return buses.get(node);
  }

  /** Returns whether each of these nodes has told all its registrations. */
  boolean areOf(Set<String> nodes) {
    return nodes.stream().map(copies::get).allMatch(InterestCopies::isWhole);
  }

  private static boolean isWhole(@Nullable Copy copy) {
    return copy != null && copy.number != InterestUpdate.NOTHING;
  }

  /** Drops all other nodes. */
  void retain(Set<String> nodes) {
    Set<String> gone = new HashSet<>(copies.keySet());
    gone.removeAll(nodes);
    if (!gone.isEmpty()) {
      copies.keySet().removeAll(gone);
      buses.keySet().removeAll(gone);
      table.removeAll(gone, changed);
    }
  }

  /** Applies an update of a node; returns the number of that node's last applied update. */
  long take(InterestUpdate update) {
    Copy copy = copies.computeIfAbsent(update.from(), node -> new Copy());
    if (update.number() <= copy.number) {
      return copy.number;
    }
    if (update.bus() != null) {
      buses.put(update.from(), update.bus());
    }
    return update.isChange() ? change(copy, update) : piece(copy, update);
  }

  private long change(Copy copy, InterestUpdate update) {
    if (update.before() == copy.number) {
      table.addAll(update.from(), update.counts(), changed);
      copy.number = update.number();
    }
    return copy.number;
  }

  private long piece(Copy copy, InterestUpdate update) {
    if (update.piece() == 0) {
      copy.coming = new HashMap<>();
      copy.comingNumber = update.number();
      copy.pieces = 0;
    }
    Map<String, Integer> coming = copy.coming;
    boolean next = copy.comingNumber == update.number() && copy.pieces == update.piece();
    if (coming == null || !next) {
      return InterestUpdate.NOTHING;
    }
    coming.putAll(update.counts());
    copy.pieces++;
    if (update.isLast()) {
      if (isWhole(copy)) {
        table.setAll(update.from(), coming, changed);
      } else {
        table.addAll(update.from(), coming, changed);
      }
      copy.coming = null;
      copy.number = update.number();
    }
    return update.number();
  }
}
