package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The messages of a queue that other nodes can run, too, by their ids: those that it has, and those
 * whose removal has not completed. Owned by the queue's event loop.
 */
final class QueueRecords {
  private final Map<String, QueueEntry> entries = new HashMap<>();
  private final Map<String, Future<Void>> adding = new HashMap<>();
  private Set<String> goneMeanwhile;

  void put(QueueEntry entry) {
    entries.put(entry.message().id(), entry);
  }

  void remove(QueueEntry entry) {
    String id = entry.message().id();
    entries.remove(id);
    adding.remove(id);
    if (goneMeanwhile != null) {
      goneMeanwhile.add(id);
    }
  }

  /** The entry of that id that is not done with; null when there is none. */
  QueueEntry of(String id) {
    QueueEntry entry = entries.get(id);
    return entry == null || entry.isOver() ? null : entry;
  }

  boolean hasAll(Collection<String> ids) {
    return entries.keySet().containsAll(ids);
  }

  void adds(String id, Future<Void> added) {
    if (!added.isComplete()) {
      adding.put(id, added);
    }
  }

  void added(String id) {
    adding.remove(id);
  }

  Set<String> adding() {
    return Set.copyOf(adding.keySet());
  }

  /** Completes when the message that is here already is safe; null when it is not here. */
  Future<Void> addedBefore(String id) {
    return entries.containsKey(id) ? adding.getOrDefault(id, Future.succeededFuture()) : null;
  }

  /** Will remember what goes until {@link #listed}: the list may still have it. */
  void lists() {
    goneMeanwhile = new HashSet<>();
  }

  /** Those of a list that are not here. */
  Collection<QueueMessage> listed(Collection<QueueMessage> listed) {
    Set<String> gone = goneMeanwhile;
    goneMeanwhile = null;
    return listed.stream()
        .filter(message -> !entries.containsKey(message.id()) && !gone.contains(message.id()))
        .toList();
  }

  boolean isListing() {
    return goneMeanwhile != null;
  }

  /** The message at a place that no other has, at its own if it can be. */
  QueueMessage placed(QueueMessage message, long free) {
    boolean taken =
        entries.values().stream().anyMatch(entry -> entry.place() == message.sequence());
    return taken ? message.at(free) : message;
  }
}
