package io.busbar.hub;

import io.busbar.hub.InboundBudget.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Room for what is not whole yet, of everybody or of one address, and those who have some of it in
 * the order of their sizes. Any thread may use it.
 */
final class InboundShare {
  /** Sizes are told apart by so many bits less, so that one that grows seldom moves. */
  private static final int COARSE = 12;

  /** Bits of the number that tells those of one size apart. */
  private static final int ID = 40;

  private final long most;
  private final Reason over;
  private final AtomicLong bytes = new AtomicLong();
  private final ConcurrentSkipListMap<Long, PartialInput> bySize = new ConcurrentSkipListMap<>();

  /** Of those that are here; guarded by the map of all shares. */
  private int users;

  /**
   * @param over why one is ended that finds no room here
   */
  InboundShare(long most, Reason over) {
    this.most = most;
    this.over = over;
  }

  long most() {
    return most;
  }

  long bytes() {
    return bytes.get();
  }

  /** One more, inside of {@link Map#compute}. */
  InboundShare enter() {
    users++;
    return this;
  }

  /** One less, inside of {@link Map#compute}; null for the last. */
  @Nullable InboundShare leave() {
    return --users == 0 ? null : this;
  }

  /** All that are not whole, the smallest first. */
  Iterable<PartialInput> all() {
    return bySize.values();
  }

  void change(PartialInput half, int before, int after) {
    bytes.addAndGet(after - (long) before);
    long from = place(half, before);
    long to = place(half, after);
    if (before > 0 && (after == 0 || from != to)) {
      bySize.remove(from);
    }
    if (after > 0 && (before == 0 || from != to)) {
      bySize.put(to, half);
      if (half.isEnded()) {
        // Whoever ended it meanwhile did not find it here.
        bySize.remove(to);
      }
    }
  }

  private static long place(PartialInput half, int size) {
    return (long) (size >>> COARSE) << ID | half.id() & (1L << ID) - 1;
  }

  /** Ends the largest until all fits. One that has become whole meanwhile is passed over. */
  void makeRoom() {
    if (bytes.get() <= most) {
      return;
    }
    for (PartialInput largest : bySize.descendingMap().values()) {
      largest.end(over);
      if (bytes.get() <= most) {
        return;
      }
    }
  }
}
