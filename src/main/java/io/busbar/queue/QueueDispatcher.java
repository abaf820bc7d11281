package io.busbar.queue;

import io.busbar.hub.Hub;
import io.busbar.queue.QueueEntry.State;
import io.busbar.selector.Selector;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings the waiting messages, in their order, and the consumers with room together. The cost of a
 * message grows with the different selectors, not with the consumers. Owned by the queue's event
 * loop.
 */
final class QueueDispatcher {
  /**
   * The only place that decides the order. After a split, two messages may have the same place; the
   * id decides.
   */
  private static final Comparator<QueueEntry> ORDER =
      Comparator.<QueueEntry>comparingInt(entry -> -entry.message().priority())
          .thenComparingLong(entry -> entry.message().place())
          .thenComparing(QueueEntry::id);

  private static final Comparator<QueueEntry> BY_END =
      Comparator.comparingLong(QueueEntry::expiresMillis).thenComparing(ORDER);

  /** Consumers with the same selector, or without one, and the messages that match. */
  private static final class Group {
    private final @Nullable Selector selector;
    private final TreeSet<QueueEntry> waiting;
    private final LinkedHashSet<QueueMember> free = new LinkedHashSet<>();
    private int members;

    private Group(@Nullable Selector selector, TreeSet<QueueEntry> waiting) {
      this.selector = selector;
      this.waiting = waiting;
    }

    private boolean takes(@Nullable MultiMap headers) {
      return selector == null || selector.matches(headers);
    }
  }

  private final TreeSet<QueueEntry> waiting = new TreeSet<>(ORDER);
  private final TreeSet<QueueEntry> byEnd = new TreeSet<>(BY_END);
  private final Group all = new Group(null, waiting);
  private final List<Group> groups = new ArrayList<>(List.of(all));
  private final Set<QueueMember> served = new LinkedHashSet<>();

  int waiting() {
    return waiting.size();
  }

  /** The number of different selectors. */
  int selectors() {
    return groups.size() - 1;
  }

  /** The message waits from now on. */
  void add(QueueEntry entry) {
    entry.become(State.WAITING);
    waiting.add(entry);
    byEnd.add(entry);
    if (groups.size() > 1) {
      MultiMap headers = Hub.withoutIdentity(entry.message().headers());
      for (Group group : groups) {
        if (group != all && group.takes(headers)) {
          group.waiting.add(entry);
        }
      }
    }
  }

  /** Ends the waiting of a message. Returns whether it waited. */
  boolean remove(QueueEntry entry) {
    boolean there = waiting.remove(entry);
    if (there) {
      byEnd.remove(entry);
      for (Group group : groups) {
        if (group != all) {
          group.waiting.remove(entry);
        }
      }
    }
    return there;
  }

  /**
   * The waiting message that expires first. If all have the same age limit, it is the oldest. Null
   * for none.
   */
  @Nullable QueueEntry oldest() {
    return byEnd.isEmpty() ? null : byEnd.first();
  }

  /** Removes and returns a waiting message that has expired; null for none. */
  @Nullable QueueEntry pollExpired(long now) {
    if (byEnd.isEmpty() || byEnd.first().expiresMillis() >= now) {
      return null;
    }
    QueueEntry expired = byEnd.first();
    remove(expired);
    return expired;
  }

  /** The waiting messages, in their order. */
  Iterable<QueueEntry> inOrder() {
    return waiting;
  }

  void join(QueueMember member) {
    Selector selector = member.selector();
    if (selector != null && find(selector) == null) {
      Group group = new Group(selector, new TreeSet<>(ORDER));
      for (QueueEntry entry : waiting) {
        if (group.takes(Hub.withoutIdentity(entry.message().headers()))) {
          group.waiting.add(entry);
        }
      }
      groups.add(group);
    }
    group(member).members++;
    mayHaveRoom(member);
  }

  void leave(QueueMember member) {
    Group group = group(member);
    group.free.remove(member);
    if (--group.members == 0 && group != all) {
      groups.remove(group);
    }
  }

  /** The room of a consumer has changed. */
  void mayHaveRoom(QueueMember member) {
    Group group = group(member);
    if (member.hasRoom()) {
      group.free.add(member);
    } else {
      group.free.remove(member);
    }
  }

  /** That of one who has joined. */
  private Group group(QueueMember member) {
    Selector selector = member.selector();
    Group own = selector == null ? all : find(selector);
    return Objects.requireNonNull(own, "a consumer leaves once, after it has joined");
  }

  private @Nullable Group find(Selector selector) {
    for (Group group : groups) {
      if (selector.equals(group.selector)) {
        return group;
      }
    }
    return null;
  }

  /**
   * Gives waiting messages to consumers with room: in turn to each group, and in turn to the
   * consumers of a group.
   */
  void dispatch() {
    boolean gave = true;
    while (gave) {
      gave = false;
      for (int i = 0; i < groups.size(); i++) {
        gave |= give(groups.get(i));
      }
    }
    if (!served.isEmpty()) {
      List<QueueMember> now = List.copyOf(served);
      served.clear();
      now.forEach(QueueMember::handOver);
    }
  }

  private boolean give(Group group) {
    if (group.free.isEmpty() || group.waiting.isEmpty()) {
      return false;
    }
    QueueEntry entry = group.waiting.first();
    QueueMember member = next(group, entry);
    remove(entry);
    entry.become(State.TAKEN);
    member.take(entry);
    served.add(member);
    group.free.remove(member);
    if (member.hasRoom()) {
      group.free.add(member);
    }
    return true;
  }

  /**
   * The next consumer in turn. The one that gave the message back gets it only if nobody else has
   * room.
   */
  private static QueueMember next(Group group, QueueEntry entry) {
    Iterator<QueueMember> free = group.free.iterator();
    QueueMember first = free.next();
    return first == entry.refusedBy() && free.hasNext() ? free.next() : first;
  }
}
