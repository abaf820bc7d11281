package io.busbar.queue;

import io.busbar.config.QueuesConfig;
import io.busbar.queue.QueueEntry.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operators' view of a queue: counters, messages, moving and purging. The counters start when
 * the queue is opened. If a rule names the queue, they start when it came to this node. Owned by
 * the queue's event loop.
 */
final class QueueInspection {
  /** The share of a rate that stays from the second before. */
  private static final double SMOOTH = 0.8;

  private static final int MOST_SHOWN = 1_000;

  private final Queue queue;
  private final QueueDispatcher dispatcher;
  private final QueueLedger ledger;
  private final QueueMembers members;
  private long kept;
  private long acknowledged;
  private long tries;
  private long deadLetters;
  private long expired;
  private long dropped;
  private long keptBefore;
  private long acknowledgedBefore;
  private double in;
  private double out;

  /** Null before the first move. */
  private @Nullable Future<JsonObject> moving;

  /** The counters go on from where they were when the queue was here last. */
  QueueInspection(
      Queue queue, QueueDispatcher dispatcher, QueueLedger ledger, QueueMembers members) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.ledger = ledger;
    this.members = members;
    JsonObject last = queue.queues().directory().lastOf(queue.name());
    kept = last.getLong("kept", 0L);
    acknowledged = last.getLong("acknowledged", 0L);
    tries = last.getLong("tries", 0L);
    deadLetters = last.getLong("deadLetters", 0L);
    expired = last.getLong("expired", 0L);
    dropped = last.getLong("dropped", 0L);
    keptBefore = kept;
    acknowledgedBefore = acknowledged;
  }

  void kept() {
    kept++;
  }

  void acknowledged() {
    acknowledged++;
  }

  void tried() {
    tries++;
  }

  void deadLettered() {
    deadLetters++;
  }

  void expired() {
    expired++;
  }

  /** The message would be a dead letter, but there is no dead-letter queue for it. */
  void dropped() {
    dropped++;
  }

  /** Called once a second. */
  void sample() {
    in = SMOOTH * in + (1 - SMOOTH) * (kept - keptBefore);
    out = SMOOTH * out + (1 - SMOOTH) * (acknowledged - acknowledgedBefore);
    keptBefore = kept;
    acknowledgedBefore = acknowledged;
    publish();
  }

  /** Publishes the description for the metrics, if a rule names the queue. */
  void publish() {
    if (queue.settings().isNamed()) {
      queue.queues().directory().sampled(queue.name(), describe());
    }
  }

  JsonObject describe() {
    QueueEntry oldest = oldest();
    return new JsonObject()
        .put("name", queue.name())
        .put("node", queue.queues().nodes().owners().here())
        .put("store", storeName())
        .put("waiting", dispatcher.waiting())
        .put("unacknowledged", members.unacknowledged())
        .put("consumers", members.count())
        .put("bytes", ledger.bytes())
        .put("oldestMillis", oldest == null ? null : oldest.ageMillis())
        .put("inPerSecond", Math.round(in * 10) / 10.0)
        .put("outPerSecond", Math.round(out * 10) / 10.0)
        .put("kept", kept)
        .put("acknowledged", acknowledged)
        .put("tries", tries)
        .put("deadLetters", deadLetters)
        .put("expired", expired)
        .put("dropped", dropped);
  }

  /** Whether it has no consumer, and has had a message for at least so long. */
  boolean isNeglected(long millis) {
    QueueEntry oldest = members.count() > 0 ? null : oldest();
    return oldest != null && oldest.ageMillis() >= millis;
  }

  private String storeName() {
    boolean disk = queue.settings().store() == QueuesConfig.Store.DISK;
    return queue.queues().nodes().isClustered() ? "cluster" : disk ? "disk" : "memory";
  }

  private @Nullable QueueEntry oldest() {
    return ledger.entries().stream().filter(entry -> !entry.isOver()).findFirst().orElse(null);
  }

  /** The first messages of the queue: first those that wait, in their order, then the others. */
  JsonObject browse(JsonObject arguments) {
    int limit = Math.min(arguments.getInteger(QueueCall.LIMIT), MOST_SHOWN);
    List<QueueEntry> shown = new ArrayList<>();
    for (QueueEntry entry : dispatcher.inOrder()) {
      if (shown.size() == limit) {
        break;
      }
      shown.add(entry);
    }
    for (QueueEntry entry : ledger.entries()) {
      boolean elsewhere = entry.state() == State.TAKEN || entry.state() == State.DYING;
      if (shown.size() < limit && elsewhere) {
        shown.add(entry);
      }
    }
    JsonArray messages = new JsonArray();
    shown.forEach(entry -> messages.add(entry.describe()));
    return new JsonObject().put("messages", messages);
  }

  private List<QueueEntry> takeAllThatWaits() {
    List<QueueEntry> all = new ArrayList<>();
    dispatcher.inOrder().forEach(all::add);
    all.forEach(
        entry -> {
          dispatcher.remove(entry);
          entry.become(State.TAKEN);
        });
    return all;
  }

  /** Will delete the messages that wait. Consumers keep what they have. */
  Future<JsonObject> purge() {
    List<QueueEntry> all = takeAllThatWaits();
    List<Future<Void>> gone = new ArrayList<>();
    for (QueueEntry entry : all) {
      queue.notifyWaiting(entry, null, "purged");
      gone.add(ledger.remove(entry));
    }
    return Future.join(gone).map(new JsonObject().put("messages", all.size()));
  }

  /**
   * Will move the waiting messages to another queue, in order. It stops when that queue accepts no
   * more. A node that repeats the call gets the result of the first one.
   */
  Future<JsonObject> move(JsonObject arguments, boolean again) {
    if (moving != null && (again || !moving.isComplete())) {
      return moving;
    }
    Promise<JsonObject> moved = Promise.promise();
    Iterator<QueueEntry> all = takeAllThatWaits().iterator();
    moving = moved.future();
    move(all, arguments.getString(QueueCall.TO), 0, moved);
    return moved.future();
  }

  private void move(Iterator<QueueEntry> rest, String to, int moved, Promise<JsonObject> promise) {
    if (!rest.hasNext()) {
      promise.complete(new JsonObject().put("messages", moved));
      return;
    }
    QueueEntry entry = rest.next();
    queue
        .queues()
        .keep(to, entry.message().moved(), entry.isRedelivered())
        .onComplete(
            result ->
                queue.run(
                    () -> {
                      if (result.succeeded()) {
                        moved(entry);
                        move(rest, to, moved + 1, promise);
                      } else {
                        queue.waits(entry);
                        rest.forEachRemaining(queue::waits);
                        promise.fail(result.cause());
                      }
                    }));
  }

  /**
   * The other queue has the message. If this queue has moved to another node, that node is told.
   */
  private void moved(QueueEntry entry) {
    if (queue.hasLeft()) {
      queue.queues().nodes().acknowledgeElsewhere(queue.name(), entry.id());
    } else {
      queue.notifyWaiting(entry, null, "moved");
      ledger.remove(entry);
    }
  }
}
