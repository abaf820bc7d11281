package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.QueueEntry.State;
import io.busbar.queue.store.QueueMessage;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All messages that a queue has, what the store was told of them, and the room that they take.
 * Owned by the queue's event loop.
 */
final class QueueLedger {
  /** Dead letters may be on their way while their queue is slow, be theirs a small one. */
  private static final int MOST_DYING = 1_000;

  private final Queue queue;
  private final QueueStore store;
  private final QueueBudget budget;
  private final Map<String, QueueEntry> entries = new LinkedHashMap<>();
  private final Map<String, Future<Void>> adding = new HashMap<>();

  /** Those behind one that the store does not have yet, so that none overtakes it. */
  private final ArrayDeque<QueueEntry> arriving = new ArrayDeque<>();

  private long nextPlace;
  private int kept;
  private long bytes;
  private int dying;
  private int removing;
  private @Nullable Set<String> goneMeanwhile;

  QueueLedger(Queue queue, QueueStore store, QueueBudget budget) {
    this.queue = queue;
    this.store = store;
    this.budget = budget;
  }

  /** Whether nothing is here, and the store would give nothing to a queue that came after this. */
  boolean isEmpty() {
    return entries.isEmpty() && removing == 0;
  }

  Collection<QueueEntry> entries() {
    return entries.values();
  }

  long bytes() {
    return bytes;
  }

  /** Whether the oldest would have to go for one of that size. */
  boolean isFull(int size) {
    return kept >= queue.settings().messages() || bytes + size > queue.settings().bytes();
  }

  /** Whether too many wait for room in the dead-letter queue. */
  boolean isStuck() {
    return dying >= Math.max(queue.settings().messages(), MOST_DYING);
  }

  /**
   * Puts a new message behind all others and stores it; when all before it are stored, too, it
   * waits. Fails where there is no room.
   *
   * @param redelivered whether somebody may have had it already
   */
  Future<Void> add(QueueMessage message, boolean redelivered) {
    int size = message.size();
    String full =
        isFull(size) || isStuck()
            ? "the queue is full: " + queue.name()
            : budget.take(message.holder(), size);
    if (full != null) {
      return OwnerCalls.refused(full);
    }
    QueueEntry entry = keep(message.at(nextPlace++), redelivered);
    arriving.add(entry);
    Future<Void> added = store.add(queue.name(), entry.message());
    if (!added.isComplete()) {
      adding.put(entry.id(), added);
    }
    queue.whenComplete(added, () -> added(entry, added));
    return added;
  }

  private void added(QueueEntry entry, Future<Void> added) {
    adding.remove(entry.id());
    if (added.failed()) {
      forget(entry);
      gone(entry);
    } else if (entry.state() == State.ADDING) {
      entry.become(State.WAITING);
      queue.inspection().kept();
    }
    while (!arriving.isEmpty() && arriving.peek().state() != State.ADDING) {
      QueueEntry next = arriving.poll();
      if (next.state() == State.WAITING) {
        queue.waits(next);
      }
    }
  }

  /** Takes in a message that the store has. Nobody knows who had it. */
  QueueEntry restore(QueueMessage stored) {
    budget.takeAnyway(stored.holder(), stored.size());
    nextPlace = Math.max(nextPlace, stored.place() + 1);
    return keep(stored, true);
  }

  private QueueEntry keep(QueueMessage message, boolean redelivered) {
    QueueEntry entry = new QueueEntry(message, queue.settings().ageMillis(), redelivered);
    kept++;
    bytes += entry.size();
    entries.put(entry.id(), entry);
    return entry;
  }

  /** It goes elsewhere: its room is free for others, but for the node's. */
  void dies(QueueEntry entry, String reason) {
    entry.dies(reason);
    kept--;
    bytes -= entry.size();
    dying++;
  }

  /** Will store what has changed. */
  Future<Void> update(QueueEntry entry) {
    return store.update(queue.name(), entry.message()).onFailure(this::storeFailed);
  }

  /** Will forget a message; completes when the store has. */
  Future<Void> remove(QueueEntry entry) {
    forget(entry);
    removing++;
    Future<Void> removed = store.remove(queue.name(), entry.message());
    queue.whenComplete(
        removed,
        () -> {
          removing--;
          gone(entry);
        });
    return removed.onFailure(this::storeFailed);
  }

  /** It did not do what it was told: a message may come a second time. */
  private void storeFailed(Throwable why) {
    queue.queues().storeFailed(queue.name(), why);
  }

  private void forget(QueueEntry entry) {
    if (entry.state() == State.DYING) {
      dying--;
    } else {
      kept--;
      bytes -= entry.size();
    }
    entry.become(State.OVER);
    budget.release(entry.message().holder(), entry.size());
  }

  /** Until now the store may have had it. */
  private void gone(QueueEntry entry) {
    entries.remove(entry.id());
    if (goneMeanwhile != null) {
      goneMeanwhile.add(entry.id());
    }
  }

  /** Another node runs the queue: what is here counts no more. */
  void abandon() {
    for (QueueEntry entry : entries.values()) {
      if (!entry.isOver()) {
        entry.become(State.OVER);
        budget.release(entry.message().holder(), entry.size());
      }
    }
  }

  /** Those of these ids that are here and not done with. */
  List<QueueEntry> of(List<String> ids) {
    List<QueueEntry> found = new ArrayList<>(ids.size());
    for (String id : ids) {
      QueueEntry entry = entries.get(id);
      if (entry != null && !entry.isOver()) {
        found.add(entry);
      }
    }
    return found;
  }

  boolean hasAll(Collection<String> ids) {
    return entries.keySet().containsAll(ids);
  }

  /** Ids of what the store does not have yet, and when it will. */
  Map<String, Future<Void>> adding() {
    return Map.copyOf(adding);
  }

  /** Completes when the message that is here already is safe; null when it is not here. */
  @Nullable Future<Void> addedBefore(String id) {
    return entries.containsKey(id) ? adding.getOrDefault(id, Future.succeededFuture()) : null;
  }

  /** All that the store has, by its place. */
  Future<List<QueueMessage>> stored() {
    return store.messages(queue.name());
  }

  /** Will remember what goes until {@link #listed}: the list may still have it. */
  void lists() {
    goneMeanwhile = new HashSet<>();
  }

  /** Those of a list that are not here. */
  List<QueueMessage> listed(List<QueueMessage> listed) {
    Set<String> gone = goneMeanwhile == null ? Set.of() : goneMeanwhile;
    goneMeanwhile = null;
    return listed.stream()
        .filter(message -> !entries.containsKey(message.id()) && !gone.contains(message.id()))
        .toList();
  }

  boolean isListing() {
    return goneMeanwhile != null;
  }
}
