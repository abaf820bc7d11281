package io.busbar.hub;

import io.busbar.config.ChannelRule.Overflow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The waiting messages of one slow session, in order. Each message follows its channel's policy,
 * and all of them share one limit. Owned by the session's event loop.
 */
final class SlowSessionBuffer {
  /** Cost of a waiting message in addition to its bytes, so that an empty one counts, too. */
  static final int OVERHEAD = 64;

  /** One waiting message. Owned by the session's event loop. */
  private static final class Waiting {
    private EncodedMessage encoded;
    private final @Nullable Channel channel;

    private Waiting(EncodedMessage encoded, @Nullable Channel channel) {
      this.encoded = encoded;
      this.channel = channel;
    }
  }

  private final long limit;
  private final SlowReaders slow;
  private final Counters counters;
  private final LinkedHashSet<Waiting> inOrder = new LinkedHashSet<>();
  private final ArrayDeque<Waiting> droppable = new ArrayDeque<>(0);
  private Map<Channel, Waiting> newest = Map.of();
  private long bytes;

  SlowSessionBuffer(long limit, SlowReaders slow, Counters counters) {
    this.limit = limit;
    this.slow = slow;
    this.counters = counters;
  }

  /** Returns what a message with these bytes costs of the limit. */
  static long cost(EncodedMessage encoded) {
    return encoded.size() + OVERHEAD;
  }

  boolean isEmpty() {
    return inOrder.isEmpty();
  }

  int size() {
    return inOrder.size();
  }

  long bytes() {
    return bytes;
  }

  /**
   * Adds the message, or drops messages as its channel's policy says.
   *
   * @param channel channel of the message; null for a message to the session alone
   * @return false when there is no room and the policy allows no loss
   */
  boolean add(EncodedMessage encoded, @Nullable Channel channel) {
    if (channel == null) {
      return addAlways(encoded, null);
    }
    return switch (channel.overflow()) {
      case LATEST -> addLatest(encoded, channel);
      case DROP_OLDEST -> addDroppable(encoded, channel);
      case DISCONNECT -> addAlways(encoded, channel);
    };
  }

  private boolean addAlways(EncodedMessage encoded, @Nullable Channel channel) {
    if (!fits(cost(encoded))) {
      return false;
    }
    append(encoded, channel);
    return true;
  }

  private boolean addLatest(EncodedMessage encoded, Channel channel) {
    Waiting older = newest.get(channel);
    long growth = older == null ? cost(encoded) : encoded.size() - older.encoded.size();
    if (!fits(growth)) {
      return false;
    }
    if (older == null) {
      newest = newest.isEmpty() ? new HashMap<>() : newest;
      newest.put(channel, append(encoded, channel));
    } else {
      older.encoded = encoded;
      account(growth);
      counters.dropped(Overflow.LATEST, 1);
    }
    return true;
  }

  private boolean addDroppable(EncodedMessage encoded, Channel channel) {
    while (!fits(cost(encoded)) && dropOldest()) {
      // the condition drops messages until this one fits, or none is left to drop
    }
    if (fits(cost(encoded))) {
      droppable.add(append(encoded, channel));
    } else {
      counters.dropped(Overflow.DROP_OLDEST, 1);
    }
    return true;
  }

  private boolean fits(long growth) {
    return bytes + growth <= limit;
  }

  private Waiting append(EncodedMessage encoded, @Nullable Channel channel) {
    Waiting entry = new Waiting(encoded, channel);
    inOrder.add(entry);
    account(cost(encoded));
    return entry;
  }

  private boolean dropOldest() {
    Waiting oldest = droppable.poll();
    if (oldest == null) {
      return false;
    }
    inOrder.remove(oldest);
    account(-cost(oldest.encoded));
    counters.dropped(Overflow.DROP_OLDEST, 1);
    return true;
  }

  /**
   * Drops messages, if their policy allows it, until half of the bytes are gone; returns false when
   * none may be dropped.
   */
  boolean halve() {
    long before = bytes;
    while (bytes > before / 2 && dropOldest()) {
      // the condition drops the messages
    }
    return bytes < before;
  }

  /** Removes and returns the oldest messages, up to that many bytes, but at least one message. */
  List<EncodedMessage> next(int most) {
    List<EncodedMessage> chunk = new ArrayList<>();
    int size = 0;
    Iterator<Waiting> oldest = inOrder.iterator();
    while (oldest.hasNext()) {
      Waiting entry = oldest.next();
      if (!chunk.isEmpty() && size + entry.encoded.size() > most) {
        break;
      }
      oldest.remove();
      account(-cost(entry.encoded));
      forget(entry);
      chunk.add(entry.encoded);
      size += entry.encoded.size();
    }
    return chunk;
  }

  private void forget(Waiting entry) {
    if (droppable.peek() == entry) {
      droppable.poll();
    }
    if (!newest.isEmpty()) {
      newest.remove(entry.channel, entry);
    }
  }

  /** Drops everything. */
  void clear() {
    inOrder.clear();
    droppable.clear();
    newest = Map.of();
    account(-bytes);
  }

  private void account(long change) {
    bytes += change;
    slow.account(change);
    counters.outboxBytes(change);
  }
}
