package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.QueueOverflow;
import io.busbar.config.StompConfig.Queues;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The messages of one address that wait for one of several consumers. Each goes to one outlet in
 * turn and is kept until that says that it is done; what comes back goes to another. Owned by one
 * event loop; others post to it with {@link #run}.
 */
final class StompQueue {
  private static final long DOUBT_MILLIS = 5_000;

  private final String address;
  private final StompQueues queues;
  private final Queues limits;
  private final Context owner;
  private final BusOutlet busOutlet;
  private final QueueInlet inlet;

  private final QueueContents contents;

  /** Both null where no other node can run it. */
  private final QueueRecords records;

  private final QueueGuests guests;
  private final TreeMap<Long, QueueEntry> ready = new TreeMap<>();
  private final List<QueueOutlet> outlets = new ArrayList<>();
  private int turn;
  private boolean dispatching;
  private boolean left;
  private long lastCheck = System.currentTimeMillis();

  StompQueue(String address, StompQueues queues, QueueStore store, Context owner) {
    EventBus bus = queues.bus();
    this.address = address;
    this.queues = queues;
    this.limits = queues.limits();
    this.owner = owner;
    this.busOutlet = new BusOutlet(this, queues);
    this.inlet = new QueueInlet(this, bus, queues.node());
    outlets.add(busOutlet);
    this.contents = new QueueContents(this, queues, store);
    this.records = contents.records();
    this.guests = records == null ? null : new QueueGuests(this, queues.cluster(), records);
  }

  /**
   * Will take in what the store has of an earlier life, in its order; completes on the queue's
   * loop. Nobody knows who had what of it, so all of it may be a second time.
   */
  Future<Void> load() {
    Promise<Void> loaded = Promise.promise();
    Future<List<QueueMessage>> kept = contents.stored();
    whenComplete(
        kept,
        () -> {
          if (kept.succeeded()) {
            kept.result().forEach(this::resume);
            // Those who wait for it say first what they have.
            dispatching = true;
            loaded.complete();
            dispatching = false;
            dispatch();
          } else {
            loaded.fail(kept.cause());
          }
        });
    return loaded.future();
  }

  private void resume(QueueMessage stored) {
    QueueEntry entry = contents.restore(stored);
    ready.put(entry.place(), entry);
  }

  String address() {
    return address;
  }

  /** Will run the task on the loop that owns the queue. */
  void run(Runnable task) {
    owner.runOnContext(nothing -> task.run());
  }

  /** Will run the task there after that time. */
  void runAfter(long millis, Runnable task) {
    owner.owner().setTimer(millis, timer -> run(task));
  }

  /** Whether clients of this node consume it. */
  boolean hasConsumers() {
    return outlets.size() > 1;
  }

  /** Whether nothing is here, and the store would give nothing to a queue that came after this. */
  boolean isIdle() {
    return contents.isEmpty() && !hasConsumers();
  }

  /** Will do what a node asks of it. */
  Future<Void> perform(QueueCall call) {
    return left ? QueueCall.elsewhere() : guests.perform(call);
  }

  /**
   * Completes when the message is kept; fails when the queue is full.
   *
   * @param question the bus message to be answered; null for none
   * @param redelivered whether somebody may have had it already
   */
  Future<Void> accept(
      QueueMessage message, Message<?> question, boolean fromElsewhere, boolean redelivered) {
    if (left) {
      return question == null
          ? queues.keep(address, message, redelivered)
          : QueueCall.refused("the queue has moved: " + address);
    }
    if (contents.isFull(message) && limits.overflow() == QueueOverflow.DROP_OLDEST) {
      makeRoom(message);
    }
    if (contents.isFull(message)) {
      return QueueCall.refused("the queue is full: " + address);
    }
    QueueEntry entry = contents.append(message, question, fromElsewhere, redelivered);
    Future<Void> added = contents.add(entry);
    whenComplete(added, () -> giveBack(entry));
    return added;
  }

  /** Will run the task on the loop of the queue, where the caller is: at once if it can. */
  void whenComplete(Future<?> future, Runnable task) {
    if (future.isComplete()) {
      task.run();
    } else {
      future.onComplete(result -> run(task));
    }
  }

  private void makeRoom(QueueMessage message) {
    while (contents.isFull(message) && !ready.isEmpty()) {
      done(ready.pollFirstEntry().getValue());
    }
  }

  /** A client of this node consumes from now on; completes when the bus knows. */
  Future<Void> add(QueueOutlet consumer) {
    outlets.add(consumer);
    Promise<Void> opened = Promise.promise();
    inlet.open().onComplete(opened);
    dispatch();
    return opened.future();
  }

  /**
   * It consumes no more: what it had goes to others.
   *
   * @param tried whether that counts as a try
   */
  void remove(QueueOutlet consumer, Iterable<QueueEntry> had, boolean tried) {
    outlets.remove(consumer);
    had.forEach(entry -> returned(entry, consumer, tried));
    if (!hasConsumers()) {
      inlet.close();
    }
    dispatch();
    queues.forgetIfIdle(this);
  }

  /** A message is done with; completes when that is safe. */
  Future<Void> done(QueueEntry entry) {
    if (entry.isOver()) {
      return Future.succeededFuture();
    }
    if (left) {
      queues.cluster().done(address, entry.message().id());
      return Future.succeededFuture();
    }
    Future<Void> removed = contents.remove(entry);
    dispatch();
    return removed;
  }

  /** Whether it waited; it does no more. */
  boolean withdraw(QueueEntry entry) {
    return ready.remove(entry.place(), entry);
  }

  /** Nobody was there to take it. */
  void giveBack(QueueEntry entry) {
    if (!entry.isOver()) {
      ready.put(entry.place(), entry);
      dispatch();
    }
  }

  /** Somebody had it and does not want it. */
  void returned(QueueEntry entry, QueueOutlet from, boolean tried) {
    if (entry.isOver() || left) {
      return;
    }
    entry.returned(from, tried);
    if (entry.tries() >= limits.tries()) {
      bury(entry);
    } else if (tried) {
      whenComplete(contents.update(entry), () -> giveBack(entry));
    } else {
      giveBack(entry);
    }
  }

  /** Will go to the dead-letter queue, and not be here any more. */
  void bury(QueueEntry entry) {
    if (entry.question() != null) {
      entry.question().fail(-1, "nobody handled it");
    }
    queues.bury(this, entry).onComplete(buried -> run(() -> done(entry)));
  }

  /** Hands over what can be handed over. */
  void dispatch() {
    if (dispatching || left) {
      return;
    }
    dispatching = true;
    try {
      if (records != null) {
        doubt();
      }
      dropOld();
      Iterator<Map.Entry<Long, QueueEntry>> waiting = ready.entrySet().iterator();
      while (waiting.hasNext() && !busOutlet.isProbing()) {
        QueueEntry entry = waiting.next().getValue();
        QueueOutlet next = nextFor(entry);
        if (next == null) {
          if (entry.isChoosy()) {
            continue;
          }
          break;
        }
        waiting.remove();
        next.take(entry);
      }
    } finally {
      dispatching = false;
    }
  }

  /** In turn; whoever gave it back only when nobody else is there. */
  private QueueOutlet nextFor(QueueEntry entry) {
    for (int i = 0; i < outlets.size(); i++) {
      QueueOutlet outlet = outlets.get((turn + i) % outlets.size());
      boolean gaveItBack = outlet == entry.refusedBy() && outlets.size() > 2;
      if (!gaveItBack && outlet.takes(entry)) {
        turn = (turn + i + 1) % outlets.size();
        return outlet;
      }
    }
    return null;
  }

  private void dropOld() {
    long oldest = System.currentTimeMillis() - limits.age().toMillis();
    while (!ready.isEmpty() && ready.firstEntry().getValue().message().acceptedMillis() < oldest) {
      done(ready.pollFirstEntry().getValue());
    }
  }

  /**
   * A node that stood still for long may have been taken for dead: another one may have given
   * somebody what waits here.
   */
  private void doubt() {
    if (System.currentTimeMillis() - lastCheck > DOUBT_MILLIS) {
      ready.values().forEach(QueueEntry::mayBeSecond);
    }
  }

  /** About once a second: looks for consumers that came, and for messages that are too old. */
  void tick() {
    check();
    dispatch();
    queues.forgetIfIdle(this);
  }

  /** Whether another node runs it now. */
  boolean hasLeft() {
    return left;
  }

  /** Will end here if it lives elsewhere, and give back what those had who are gone. */
  void check() {
    if (records == null || left) {
      return;
    }
    doubt();
    lastCheck = System.currentTimeMillis();
    if (queues.cluster().isHere(address)) {
      guests.check();
    } else {
      leave();
    }
  }

  /** What it has is in the store, or will be: the node that runs it now is told. */
  private void leave() {
    left = true;
    ready.values().stream()
        .filter(entry -> entry.question() != null)
        .forEach(entry -> entry.question().fail(-1, "the queue has moved"));
    ready.clear();
    inlet.close();
    guests.forgetAll();
    queues.forget(this);
    Set<String> adding = records.adding();
    Future.join(adding.stream().map(records::addedBefore).toList())
        .onComplete(added -> queues.cluster().look(address, adding));
  }

  /** Will take in those of the store's messages of these ids that it does not know. */
  Future<Void> look(List<String> ids) {
    if (records.hasAll(ids) || records.isListing()) {
      return Future.succeededFuture();
    }
    records.lists();
    Future<List<QueueMessage>> listed = contents.stored();
    whenComplete(
        listed,
        () -> {
          List<QueueMessage> found = listed.succeeded() ? listed.result() : List.of();
          records.listed(found).forEach(this::resume);
          dispatch();
        });
    return listed.mapEmpty();
  }
}
