package io.busbar.queue;

import io.busbar.hub.Payload;
import io.busbar.queue.QueueEntry.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;

/**
 * What an operator sees of a queue and does with it: its figures since it was opened, its messages,
 * moving and forgetting what waits. Owned by the queue's event loop.
 */
final class QueueInspection {
  /** What a rate keeps of itself each second. */
  private static final double SMOOTH = 0.8;

  private static final int MOST_SHOWN = 1_000;
  private static final int MOST_BODY = 4 << 10;

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

  QueueInspection(
      Queue queue, QueueDispatcher dispatcher, QueueLedger ledger, QueueMembers members) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.ledger = ledger;
    this.members = members;
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

  void buried() {
    deadLetters++;
  }

  void expired() {
    expired++;
  }

  /** It would be a dead letter, and there is no queue for that. */
  void dropped() {
    dropped++;
  }

  /** Once a second. */
  void sample() {
    in = SMOOTH * in + (1 - SMOOTH) * (kept - keptBefore);
    out = SMOOTH * out + (1 - SMOOTH) * (acknowledged - acknowledgedBefore);
    keptBefore = kept;
    acknowledgedBefore = acknowledged;
  }

  JsonObject describe() {
    QueueEntry oldest = oldest();
    return new JsonObject()
        .put("name", queue.name())
        .put("node", queue.queues().nodes().owners().here())
        .put("store", queue.queues().storeName(queue.settings()))
        .put("waiting", dispatcher.waiting())
        .put("unacknowledged", members.unacknowledged())
        .put("consumers", members.count())
        .put("bytes", ledger.bytes())
        .put("oldestMillis", oldest == null ? null : age(oldest))
        .put("inPerSecond", Math.round(in * 10) / 10.0)
        .put("outPerSecond", Math.round(out * 10) / 10.0)
        .put("kept", kept)
        .put("acknowledged", acknowledged)
        .put("tries", tries)
        .put("deadLetters", deadLetters)
        .put("expired", expired)
        .put("dropped", dropped);
  }

  private QueueEntry oldest() {
    Iterator<QueueEntry> entries = ledger.entries().iterator();
    while (entries.hasNext()) {
      QueueEntry entry = entries.next();
      if (!entry.isOver()) {
        return entry;
      }
    }
    return null;
  }

  private static long age(QueueEntry entry) {
    return System.currentTimeMillis() - entry.message().acceptedMillis();
  }

  /** The first of the messages that the queue has, those that wait first, in their order. */
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
    shown.forEach(entry -> messages.add(show(entry)));
    return new JsonObject().put("messages", messages);
  }

  private static JsonObject show(QueueEntry entry) {
    QueueMessage message = entry.message();
    JsonObject headers = new JsonObject();
    message.headers().forEach(headers::put);
    byte[] raw = message.payload().raw();
    boolean binary = message.payload().kind() == Payload.Kind.BYTES;
    boolean whole = raw.length <= MOST_BODY;
    byte[] start = whole ? raw : java.util.Arrays.copyOf(raw, MOST_BODY);
    return new JsonObject()
        .put("id", message.id())
        .put("state", entry.state() == State.WAITING ? "waiting" : state(entry))
        .put("kind", message.payload().kind().name().toLowerCase(java.util.Locale.ROOT))
        .put(
            "body",
            binary
                ? Base64.getEncoder().encodeToString(start)
                : new String(start, StandardCharsets.UTF_8))
        .put("bytes", raw.length)
        .put("cut", !whole)
        .put("headers", headers)
        .put("priority", message.priority())
        .put("ageMillis", age(entry))
        .put("tries", message.tries())
        .put("redelivered", entry.isRedelivered());
  }

  private static String state(QueueEntry entry) {
    return entry.state() == State.TAKEN ? "unacknowledged" : "dying";
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

  /** Will forget what waits; what consumers have stays theirs. */
  Future<JsonObject> purge() {
    List<QueueEntry> all = takeAllThatWaits();
    List<Future<Void>> gone = new ArrayList<>();
    for (QueueEntry entry : all) {
      queue.tellWhoAwaits(entry, null, "purged");
      gone.add(ledger.remove(entry));
    }
    return Future.join(gone).map(new JsonObject().put("messages", all.size()));
  }

  /** Will give what waits to another queue, in its order; stops where that takes no more. */
  Future<JsonObject> move(JsonObject arguments) {
    Promise<JsonObject> moved = Promise.promise();
    Iterator<QueueEntry> all = takeAllThatWaits().iterator();
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
                        ledger.remove(entry);
                        move(rest, to, moved + 1, promise);
                      } else {
                        queue.waits(entry);
                        rest.forEachRemaining(queue::waits);
                        promise.fail(result.cause());
                      }
                    }));
  }
}
