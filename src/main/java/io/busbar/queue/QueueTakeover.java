package io.busbar.queue;

import io.busbar.queue.store.QueueMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;

/**
 * Brings a queue to a node, loads what the store has of it, and ends it when it moves away. Owned
 * by the queue's event loop.
 */
final class QueueTakeover {
  /** How long calls from before may still be under way. No call is repeated for longer. */
  private static final long DOUBT_MILLIS = 60_000;

  private final Queue queue;
  private final QueueLedger ledger;
  private final QueueDispatcher dispatcher;
  private final DeadLetters deadLetters;
  private final QueueNodes nodes;
  private boolean loading;

  /** When this node last woke, as far as the queue knows. */
  private long wokeMillis;

  QueueTakeover(
      Queue queue, QueueDispatcher dispatcher, QueueLedger ledger, DeadLetters deadLetters) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.ledger = ledger;
    this.deadLetters = deadLetters;
    this.nodes = queue.queues().nodes();
  }

  /** Whether no message may be given out yet. */
  boolean isUnderWay() {
    return loading;
  }

  /**
   * Will load the messages of the store, in their order. Consumers that wait for this future on the
   * queue's loop say what they hold. Only then are messages given out.
   */
  Future<Void> load() {
    loading = true;
    Promise<Void> loaded = Promise.promise();
    Future<List<QueueMessage>> kept = ledger.stored();
    queue.whenComplete(
        kept,
        () -> {
          if (kept.succeeded()) {
            kept.result().forEach(this::resume);
            loaded.complete();
            loading = false;
            queue.opened();
          } else {
            loaded.fail(kept.cause());
          }
        });
    return loaded.future();
  }

  /** A message that has failed too often already becomes a dead letter. */
  private void resume(QueueMessage stored) {
    QueueEntry entry = ledger.restore(stored);
    if (deadLetters.isHopeless(entry)) {
      deadLetters.add(entry, DeadLetters.TRIES);
    } else {
      dispatcher.add(entry);
    }
  }

  /** Will load the messages with these ids from the store, if the queue does not know them. */
  Future<Void> look(List<String> ids) {
    if (ledger.hasAll(ids) || ledger.isListing()) {
      return Future.succeededFuture();
    }
    ledger.lists();
    Future<List<QueueMessage>> listed = ledger.stored();
    queue.whenComplete(
        listed,
        () -> {
          List<QueueMessage> found = listed.succeeded() ? listed.result() : List.of();
          ledger.listed(found).forEach(this::resume);
          queue.dispatch();
        });
    return listed.mapEmpty();
  }

  /**
   * Marks all messages as redelivered after this node was frozen or cut off. The others may have
   * taken it for dead. So another node may have given out these messages, and performed the calls
   * that this node reads now.
   */
  void doubt() {
    long woke = nodes.owners().wokeMillis();
    if (woke != wokeMillis) {
      ledger.entries().forEach(QueueEntry::mayBeSecond);
      wokeMillis = woke;
    }
  }

  /** Whether another node may have had a message that arrives now. */
  boolean isInDoubt() {
    doubt();
    return System.currentTimeMillis() < wokeMillis + DOUBT_MILLIS;
  }

  /** Whether the queue still lives here. */
  boolean isHere() {
    doubt();
    return nodes.owners().isHere(queue.name());
  }

  /**
   * Ends the queue here. The node that runs it now is told of each message when the store has it.
   */
  void leave() {
    Map<String, Future<Void>> adding = ledger.adding();
    ledger.abandon();
    Future.join(List.copyOf(adding.values()))
        .onComplete(added -> nodes.look(queue.name(), adding.keySet()));
  }
}
