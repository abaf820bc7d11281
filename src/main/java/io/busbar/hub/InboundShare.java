package io.busbar.hub;

import io.busbar.hub.InboundBudget.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The share of all clients or of one address in the memory for incomplete input, with its holders
 * ordered by size. Any thread may use it.
 */
final class InboundShare {
  /** Low bits of a size that the order ignores, so a growing input seldom moves. */
  private static final int COARSE = 12;

  /** Bits of the id, which separates inputs of one size. */
  private static final int ID = 40;

  private final long most;
  private final Reason over;
  private final AtomicLong bytes = new AtomicLong();
  private final ConcurrentSkipListMap<Long, PartialInput> bySize = new ConcurrentSkipListMap<>();

  /** Number of inputs that use this share; guarded by the map of all shares. */
  private int users;

  /**
   * @param over reason for ending an input that finds no room here
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

  /** Counts one user more. Called inside {@link Map#compute}. */
  InboundShare enter() {
    users++;
    return this;
  }

  /** Counts one user less; returns null for the last. Called inside {@link Map#compute}. */
  @Nullable InboundShare leave() {
    return --users == 0 ? null : this;
  }

  /** Returns all incomplete inputs, the smallest first. */
  Iterable<PartialInput> all() {
    return bySize.values();
  }

  void change(PartialInput input, int before, int after) {
    bytes.addAndGet(after - (long) before);
    long from = place(input, before);
    long to = place(input, after);
    if (before > 0 && (after == 0 || from != to)) {
      bySize.remove(from);
    }
    if (after > 0 && (before == 0 || from != to)) {
      bySize.put(to, input);
      if (input.isEnded()) {
        // Another thread may have ended it before it was in the map.
        bySize.remove(to);
      }
    }
  }

  private static long place(PartialInput input, int size) {
    return (long) (size >>> COARSE) << ID | input.id() & (1L << ID) - 1;
  }

  /** Ends the largest inputs until the rest fits. It skips those that have become complete. */
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
