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
 * All messages of a queue, the state of each in the store, and the room that they take. Owned by
 * the queue's event loop.
 */
final class QueueLedger {
  /**
   * The least number of messages that may be on the way to a slow dead-letter queue, even from a
   * small queue.
   */
  private static final int MOST_DYING = 1_000;

  private final Queue queue;
  private final QueueStore store;
  private final QueueBudget budget;
  private final Map<String, QueueEntry> entries = new LinkedHashMap<>();
  private final Map<String, Future<Void>> adding = new HashMap<>();

  /**
   * Messages that follow one which the store does not have yet, so no message overtakes another.
   */
  private final ArrayDeque<QueueEntry> arriving = new ArrayDeque<>();

  private long nextPlace;
  private int kept;
  private long bytes;
  private int dying;
  private int removing;
  private @Nullable Set<String> removedMeanwhile;

  QueueLedger(Queue queue, QueueStore store, QueueBudget budget) {
    this.queue = queue;
    this.store = store;
    this.budget = budget;
  }

  /** Whether there are no messages, and the store has none for a queue made after this one. */
  boolean isEmpty() {
    return entries.isEmpty() && removing == 0;
  }

  Collection<QueueEntry> entries() {
    return entries.values();
  }

  long bytes() {
    return bytes;
  }

  /** Whether the oldest message would have to go for one of that size. */
  boolean isFull(int size) {
    return kept >= queue.settings().messages() || bytes + size > queue.settings().bytes();
  }

  /** Whether too many messages wait for room in the dead-letter queue. */
  boolean isStuck() {
    return dying >= Math.max(queue.settings().messages(), MOST_DYING);
  }

  /**
   * Puts a new message at the end and stores it. The message waits for a consumer when it and all
   * messages before it are stored. Fails if there is no room.
   *
   * @param redelivered whether a consumer may have had it already
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
      queue.queues().storeHasFailed();
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

  /** Takes in a message from the store. Nobody knows whether a consumer had it. */
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

  /**
   * The message goes to a dead-letter queue. Its room is free in this queue, but not yet on the
   * node.
   */
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

  /** Will remove a message. Completes when the store has removed it. */
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

  /** The store failed, so a message may come a second time. */
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

  /** Forgets the id, because the store has no copy of the message now. */
  private void gone(QueueEntry entry) {
    entries.remove(entry.id());
    if (removedMeanwhile != null) {
      removedMeanwhile.add(entry.id());
    }
  }

  /** Another node runs the queue. The messages here are void. */
  void abandon() {
    for (QueueEntry entry : entries.values()) {
      if (!entry.isOver()) {
        entry.become(State.OVER);
        budget.release(entry.message().holder(), entry.size());
      }
    }
  }

  /** The messages with these ids that are here and not done. */
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

  /** The ids of messages that the store does not have yet, each with the future of its write. */
  Map<String, Future<Void>> adding() {
    return Map.copyOf(adding);
  }

  /** Completes when the message that is here already is safe. Null if it is not here. */
  @Nullable Future<Void> addedBefore(String id) {
    return entries.containsKey(id) ? adding.getOrDefault(id, Future.succeededFuture()) : null;
  }

  /** All messages that the store has, sorted by place. */
  Future<List<QueueMessage>> stored() {
    return store.messages(queue.name());
  }

  /**
   * Will remember the ids of removed messages until {@link #listed}, because the list may still
   * have them.
   */
  void lists() {
    removedMeanwhile = new HashSet<>();
  }

  /** The messages of a list that are not here. */
  List<QueueMessage> listed(List<QueueMessage> listed) {
    Set<String> gone = removedMeanwhile == null ? Set.of() : removedMeanwhile;
    removedMeanwhile = null;
    return listed.stream()
        .filter(message -> !entries.containsKey(message.id()) && !gone.contains(message.id()))
        .toList();
  }

  boolean isListing() {
    return removedMeanwhile != null;
  }
}
