package io.busbar.queue;

import io.busbar.queue.store.QueueMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;

/**
 * How a queue comes to a node, takes in what the store has of it, and leaves again. Owned by the
 * queue's event loop.
 */
final class QueueTakeover {
  /** What was sent before may still be on its way: nobody asks again for longer. */
  private static final long DOUBT_MILLIS = 60_000;

  private final Queue queue;
  private final QueueLedger ledger;
  private final QueueDispatcher dispatcher;
  private final DeadLetters deadLetters;
  private final QueueNodes nodes;
  private boolean loading;

  /** When this node last woke, as far as the queue has heard. */
  private long wokeMillis;

  QueueTakeover(
      Queue queue, QueueDispatcher dispatcher, QueueLedger ledger, DeadLetters deadLetters) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.ledger = ledger;
    this.deadLetters = deadLetters;
    this.nodes = queue.queues().nodes();
  }

  /** Whether nothing may be given out yet. */
  boolean isUnderWay() {
    return loading;
  }

  /**
   * Will take in what the store has, in its order. Those who wait for the future on the queue's
   * loop say what they hold before anything is given out.
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

  /** What had failed too often already goes on to the dead letters. */
  private void resume(QueueMessage stored) {
    QueueEntry entry = ledger.restore(stored);
    if (deadLetters.isHopeless(entry)) {
      deadLetters.add(entry, DeadLetters.TRIES);
    } else {
      dispatcher.add(entry);
    }
  }

  /** Will take in those of the store's messages of these ids that the queue does not know. */
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
   * A node that stood still for long, or was cut off, may have been taken for dead: another one may
   * have given somebody what is here, and what it reads now may have been asked elsewhere since.
   */
  void doubt() {
    long woke = nodes.owners().wokeMillis();
    if (woke != wokeMillis) {
      ledger.entries().forEach(QueueEntry::mayBeSecond);
      wokeMillis = woke;
    }
  }

  /** Whether a message that comes now may be one that another node has had. */
  boolean isInDoubt() {
    doubt();
    return System.currentTimeMillis() < wokeMillis + DOUBT_MILLIS;
  }

  /** Whether the queue lives here still. */
  boolean isHere() {
    doubt();
    return nodes.owners().isHere(queue.name());
  }

  /** What it has is in the store, or will be: the node that runs it now is told. */
  void leave() {
    Map<String, Future<Void>> adding = ledger.adding();
    ledger.abandon();
    Future.join(List.copyOf(adding.values()))
        .onComplete(added -> nodes.look(queue.name(), adding.keySet()));
  }
}
