package io.busbar.protocol.stomp;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The clients that consume a queue in a cluster, on whichever node they are. One that is not heard
 * of for a while is gone, and so are those of a node that is. Owned by the queue's event loop.
 */
final class QueueGuests {
  private static final long SILENT_MILLIS = 20_000;

  private static final class Guest {
    private final String id;
    private final String node;
    private final boolean auto;
    private QueueWindow window;
    private long heardOf = System.currentTimeMillis();
    private boolean nodeWasThere;

    private Guest(String id, String node, boolean auto) {
      this.id = id;
      this.node = node;
      this.auto = auto;
    }
  }

  private final StompQueue queue;
  private final QueueCluster cluster;
  private final QueueRecords records;
  private final Map<String, Guest> guests = new HashMap<>();

  QueueGuests(StompQueue queue, QueueCluster cluster, QueueRecords records) {
    this.queue = queue;
    this.cluster = cluster;
    this.records = records;
  }

  /** Will do what was asked; completes when that is safe. */
  Future<Void> perform(QueueCall call) {
    return switch (call.operation()) {
      case SEND -> send(call);
      case OPEN -> open(call);
      case ALIVE -> alive(call.consumer());
      case DONE -> done(entries(call));
      case NACK ->
          nack(call.consumer(), entries(call), call.arguments().getBoolean(QueueCall.BURY));
      case CLOSE -> close(call.consumer(), call.arguments().getBoolean(QueueCall.TRIED));
      case LOOK -> queue.look(call.ids());
    };
  }

  private Future<Void> send(QueueCall call) {
    Future<Void> before = records.addedBefore(call.message().id());
    return before == null ? queue.accept(call.message(), null, false, call.again()) : before;
  }

  private List<QueueEntry> entries(QueueCall call) {
    List<QueueEntry> entries = new ArrayList<>();
    for (String id : call.ids()) {
      QueueEntry entry = records.of(id);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private Future<Void> open(QueueCall call) {
    if (guests.containsKey(call.consumer())) {
      return alive(call.consumer());
    }
    JsonObject arguments = call.arguments();
    Guest guest =
        new Guest(
            call.consumer(),
            arguments.getString(QueueCall.NODE),
            arguments.getBoolean(QueueCall.AUTO));
    guest.window =
        new QueueWindow(arguments.getInteger(QueueCall.PREFETCH), entry -> deliver(guest, entry));
    for (QueueEntry entry : entries(call)) {
      if (queue.withdraw(entry)) {
        guest.window.has(entry);
      }
    }
    guest.nodeWasThere = cluster.homes().nodes().contains(guest.node);
    guests.put(guest.id, guest);
    return guest.window.open(queue);
  }

  private Future<Void> alive(String consumer) {
    Guest guest = guests.get(consumer);
    if (guest == null) {
      return QueueCall.failed(QueueCall.UNKNOWN, "the queue does not know the consumer");
    }
    guest.heardOf = System.currentTimeMillis();
    return Future.succeededFuture();
  }

  private void deliver(Guest guest, QueueEntry entry) {
    cluster
        .deliver(guest.node, guest.id, entry)
        .onComplete(result -> queue.run(() -> delivered(guest, entry, result)));
  }

  /** A consumer that cannot be told something is gone; if it is not, it will say so. */
  private void delivered(Guest guest, QueueEntry entry, AsyncResult<Void> result) {
    if (result.failed()) {
      close(guest, false);
      return;
    }
    guest.window.written(List.of(entry));
    if (guest.auto) {
      if (queue.hasLeft()) {
        queue.done(entry);
      } else {
        guest.window.done(List.of(entry));
      }
    }
  }

  /** Whoever has it: it may have been given to somebody else since. */
  private void takeBack(QueueEntry entry) {
    if (!queue.withdraw(entry)) {
      guests.values().forEach(guest -> guest.window.hasNot(entry));
    }
  }

  private Future<Void> done(List<QueueEntry> entries) {
    List<Future<Void>> all = new ArrayList<>();
    for (QueueEntry entry : entries) {
      takeBack(entry);
      all.add(queue.done(entry));
    }
    return Future.join(all).mapEmpty();
  }

  /** What it does not have any more is another's by now. */
  private Future<Void> nack(String consumer, List<QueueEntry> entries, boolean bury) {
    Guest guest = guests.get(consumer);
    for (QueueEntry entry : entries) {
      boolean had = guest != null && guest.window.hasNot(entry);
      if (had || queue.withdraw(entry)) {
        if (bury) {
          queue.bury(entry);
        } else {
          queue.returned(entry, guest == null ? null : guest.window, true);
        }
      }
    }
    return Future.succeededFuture();
  }

  private Future<Void> close(String consumer, boolean tried) {
    Guest guest = guests.get(consumer);
    if (guest != null) {
      close(guest, tried);
    }
    return Future.succeededFuture();
  }

  private void close(Guest guest, boolean tried) {
    if (guests.remove(guest.id, guest)) {
      guest.window.close(tried);
    }
  }

  /** Will give back what those had who are gone. */
  void check() {
    long silent = System.currentTimeMillis() - SILENT_MILLIS;
    for (Guest guest : List.copyOf(guests.values())) {
      boolean there = cluster.homes().nodes().contains(guest.node);
      if (guest.nodeWasThere && !there || guest.heardOf < silent) {
        close(guest, false);
      }
      guest.nodeWasThere |= there;
    }
  }

  /** They go to the node that runs the queue now. */
  void forgetAll() {
    guests.clear();
  }
}
