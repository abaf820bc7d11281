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
 * What this node has of the others: who listens there, as each of them has told, and where their
 * buses are. Owned by the thread of the exchange, but for where the buses are.
 */
final class InterestCopies {
  /** What this node has of one other. */
  private static final class Copy {
    private long number = InterestUpdate.NOTHING;

    /** All that it tells, as far as it has come; null while nothing of it is on its way. */
    private @Nullable Map<String, Integer> coming;

    private long comingNumber;
    private int pieces;
  }

  private final InterestTable table;
  private final Consumer<String> changed;
  private final Map<String, Copy> copies = new HashMap<>();
  private final Map<String, NodeInfo> buses = new ConcurrentHashMap<>();

  /**
   * @param table has what is told
   * @param changed hears of each address where that is news
   */
  InterestCopies(InterestTable table, Consumer<String> changed) {
    this.table = table;
    this.changed = changed;
  }

  /** Where the bus of a node is; null where nobody knows. Any thread may ask. */
  @Nullable NodeInfo busOf(String node) {
    return buses.get(node);
  }

  /** Whether each of them has told all that it has. */
  boolean areOf(Set<String> nodes) {
    return nodes.stream().map(copies::get).allMatch(InterestCopies::isWhole);
  }

  private static boolean isWhole(@Nullable Copy copy) {
    return copy != null && copy.number != InterestUpdate.NOTHING;
  }

  /** Forgets all other nodes. */
  void retain(Set<String> nodes) {
    Set<String> gone = new HashSet<>(copies.keySet());
    gone.removeAll(nodes);
    if (!gone.isEmpty()) {
      copies.keySet().removeAll(gone);
      buses.keySet().removeAll(gone);
      table.removeAll(gone, changed);
    }
  }

  /** Takes what a node tells; returns the number of the update that this one then has of it. */
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
    boolean next =
        copy.coming != null
            && copy.comingNumber == update.number()
            && copy.pieces == update.piece();
    if (!next) {
      return InterestUpdate.NOTHING;
    }
    copy.coming.putAll(update.counts());
    copy.pieces++;
    if (update.isLast()) {
      if (isWhole(copy)) {
        table.setAll(update.from(), copy.coming, changed);
      } else {
        table.addAll(update.from(), copy.coming, changed);
      }
      copy.coming = null;
      copy.number = update.number();
    }
    return update.number();
  }
}
