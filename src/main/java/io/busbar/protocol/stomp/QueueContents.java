package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.Queues;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.List;

/**
 * What a queue keeps: how much it is, at which places, and what the store was told of it. Owned by
 * the queue's event loop.
 */
final class QueueContents {
  private final StompQueue queue;
  private final StompQueues queues;
  private final Queues limits;
  private final QueueStore store;

  /** Null where no other node can run the queue. */
  private final QueueRecords records;

  private long nextPlace;
  private int kept;
  private long keptBytes;
  private int removing;

  QueueContents(StompQueue queue, StompQueues queues, QueueStore store) {
    this.queue = queue;
    this.queues = queues;
    this.limits = queues.limits();
    this.store = store;
    this.records = queues.cluster() == null ? null : new QueueRecords();
  }

  QueueRecords records() {
    return records;
  }

  /** Whether nothing is here, and the store would give nothing to a queue that came after this. */
  boolean isEmpty() {
    return kept == 0 && removing == 0;
  }

  boolean isFull(QueueMessage message) {
    return kept >= limits.messages() || keptBytes + message.size() > limits.size().bytes();
  }

  /** Puts a new message behind all others. */
  QueueEntry append(
      QueueMessage message, Message<?> question, boolean fromElsewhere, boolean redelivered) {
    return keep(new QueueEntry(message.at(nextPlace++), question, fromElsewhere, redelivered));
  }

  /** Puts a message that the store has at its place, or behind all others where that is taken. */
  QueueEntry restore(QueueMessage stored) {
    boolean free = records == null || stored.sequence() >= nextPlace;
    QueueMessage message = free ? stored : records.placed(stored, nextPlace);
    nextPlace = Math.max(nextPlace, message.sequence() + 1);
    return keep(new QueueEntry(message, null, false, true));
  }

  private QueueEntry keep(QueueEntry entry) {
    kept++;
    keptBytes += entry.message().size();
    if (records != null) {
      records.put(entry);
    }
    return entry;
  }

  /** Will store a message, and forget it where that fails. */
  Future<Void> add(QueueEntry entry) {
    String id = entry.message().id();
    Future<Void> added = store.add(queue.address(), entry.message());
    if (records != null) {
      records.adds(id, added);
    }
    queue.whenComplete(
        added,
        () -> {
          if (added.failed()) {
            forget(entry);
            gone(entry);
          } else if (records != null) {
            records.added(id);
          }
        });
    return added;
  }

  /** Will store what has changed. */
  Future<Void> update(QueueEntry entry) {
    return store
        .update(queue.address(), entry.message())
        .onFailure(e -> queues.storeFailed(queue.address(), e));
  }

  /** Will forget a message; completes when the store has. */
  Future<Void> remove(QueueEntry entry) {
    forget(entry);
    Future<Void> removed = store.remove(queue.address(), entry.message().id());
    removing++;
    queue.whenComplete(
        removed,
        () -> {
          removing--;
          gone(entry);
        });
    return removed.onFailure(e -> queues.storeFailed(queue.address(), e));
  }

  private void forget(QueueEntry entry) {
    entry.over();
    kept--;
    keptBytes -= entry.message().size();
  }

  private void gone(QueueEntry entry) {
    if (records != null) {
      records.remove(entry);
    }
  }

  /** All that the store has, by its sequence. */
  Future<List<QueueMessage>> stored() {
    return store.messages(queue.address());
  }
}
