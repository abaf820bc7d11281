package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.config.QueuesConfig.Overflow;
import io.busbar.queue.QueueRules.Settings;
import io.busbar.queue.store.QueueMessage;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A queue on the one node where it lives: the messages of one name, which wait for one of several
 * consumers. Each message goes to one consumer at a time. It is kept until it is acknowledged or
 * has expired, or until its dead-letter queue has it. Owned by one event loop. Other threads post
 * to it with {@link #run}.
 */
final class Queue {
  private final String name;
  private Settings settings;
  private final Queues queues;
  private final Context owner;
  private final QueueLedger ledger;
  private final QueueDispatcher dispatcher = new QueueDispatcher();
  private final QueueMembers members;
  private final DeadLetters deadLetters;
  private final QueueTakeover takeover;
  private final QueueInspection inspection;

  /** Null if there is no address behind the queue. */
  private @Nullable BusTarget target;

  private boolean left;

  Queue(String name, Queues queues, QueueStore store, Context owner) {
    this.name = name;
    this.queues = queues;
    this.owner = owner;
    this.settings = queues.rules().of(name);
    this.ledger = new QueueLedger(this, store, queues.budget());
    this.deadLetters = new DeadLetters(this, dispatcher, ledger);
    this.members = new QueueMembers(this, dispatcher, ledger, deadLetters);
    this.inspection = new QueueInspection(this, dispatcher, ledger, members);
    this.takeover = new QueueTakeover(this, dispatcher, ledger, deadLetters);
    this.target = target();
  }

  private @Nullable BusTarget target() {
    return settings.to().isEmpty() ? null : new BusTarget(this, queues.bus(), settings);
  }

  /**
   * From now on the queue follows its current rule. The place where its messages are stored stays.
   */
  void rulesChanged() {
    Settings before = settings;
    settings = queues.rules().of(name);
    if (left || settings.equals(before)) {
      return;
    }
    if (target != null) {
      target.end();
      members.leave(target.member());
    }
    target = target();
    if (!takeover.isUnderWay()) {
      opened();
    }
  }

  String name() {
    return name;
  }

  Settings settings() {
    return settings;
  }

  Queues queues() {
    return queues;
  }

  QueueInspection inspection() {
    return inspection;
  }

  /** Will run the task on the loop that owns the queue. */
  void run(Runnable task) {
    owner.runOnContext(nothing -> task.run());
  }

  /**
   * Will run the task when the future completes. The caller is on the loop of the queue. The task
   * runs at once if the future is complete, otherwise on that loop.
   */
  void whenComplete(Future<?> future, Runnable task) {
    if (future.isComplete()) {
      task.run();
    } else {
      future.onComplete(result -> run(task));
    }
  }

  /** Will load what the store has of the queue from before. */
  Future<Void> load() {
    return takeover.load();
  }

  /** The queue has all its messages, and the consumers that waited have said what they hold. */
  void opened() {
    if (target != null) {
      members.join(target.member());
    }
    dispatch();
  }

  /** Will do what a node asks of the queue. */
  Future<JsonObject> perform(QueueCall call) {
    if (left) {
      return OwnerCalls.elsewhere();
    }
    return switch (call.operation()) {
      case KEEP -> keep(call.kept(), call.again()).mapEmpty();
      case OPEN -> members.open(call).mapEmpty();
      case ALIVE -> members.alive(call.member()).mapEmpty();
      case ACKNOWLEDGE -> members.acknowledge(call).mapEmpty();
      case REJECT -> members.reject(call).mapEmpty();
      case CLOSE -> members.close(call).mapEmpty();
      case LOOK -> takeover.look(call.ids()).mapEmpty();
      case DESCRIBE -> Future.succeededFuture(inspection.describe());
      case BROWSE -> Future.succeededFuture(inspection.browse(call.given()));
      case MOVE -> inspection.move(call.given(), call.again());
      case PURGE -> inspection.purge();
    };
  }

  private Future<Void> keep(QueueMessage message, boolean redelivered) {
    Future<Void> before = ledger.addedBefore(message.id());
    if (before != null) {
      return before;
    }
    boolean drops = settings.overflow() == Overflow.DROP_OLDEST && !ledger.isStuck();
    while (drops && ledger.isFull(message.size()) && dispatcher.oldest() != null) {
      deadLetters.add(dispatcher.oldest(), DeadLetters.OVERFLOW);
    }
    return ledger.add(message, redelivered || takeover.isInDoubt());
  }

  /** The message waits: the store has it, and no consumer does. */
  void waits(QueueEntry entry) {
    if (!entry.isOver() && !left) {
      dispatcher.add(entry);
      dispatch();
    }
  }

  /** Gives waiting messages to consumers that have room. */
  void dispatch() {
    if (!takeover.isUnderWay() && !left) {
      takeover.doubt();
      deadLetters.expire();
      dispatcher.dispatch();
    }
  }

  /**
   * The message is done. Completes when its removal is safe.
   *
   * @param answer for the request that waits for it; null for none
   */
  Future<Void> done(QueueEntry entry, @Nullable JsonObject answer) {
    if (left) {
      queues.nodes().acknowledgeElsewhere(name, entry.id());
      return Future.succeededFuture();
    }
    if (entry.isOver()) {
      return Future.succeededFuture();
    }
    inspection.acknowledged();
    notifyWaiting(entry, answer, null);
    return ledger.remove(entry);
  }

  void notifyWaiting(QueueEntry entry, @Nullable JsonObject answer, @Nullable String failure) {
    if (entry.message().isAwaited()) {
      queues.nodes().handled(entry.message().awaitedBy(), entry.id(), answer, failure);
    }
  }

  /**
   * The message comes back from a consumer.
   *
   * @param tried whether this counts as a try
   */
  void returned(QueueEntry entry, @Nullable QueueMember from, boolean tried) {
    if (entry.isOver() || left) {
      return;
    }
    entry.mayBeSecond();
    entry.refusedBy(from);
    if (tried) {
      entry.triedAgain();
      inspection.tried();
    }
    if (deadLetters.isHopeless(entry)) {
      deadLetters.add(entry, DeadLetters.TRIES);
    } else if (tried) {
      whenComplete(ledger.update(entry), () -> waits(entry));
    } else {
      waits(entry);
    }
  }

  /** A consumer had the message and says that it can never be done. */
  void refused(QueueEntry entry) {
    if (!entry.isOver() && !left) {
      deadLetters.add(entry, DeadLetters.REJECTED);
    }
  }

  /** The room of a consumer has changed. */
  void mayHaveRoom(QueueMember member) {
    dispatcher.mayHaveRoom(member);
    dispatch();
  }

  /** Called about once a second. */
  void tick() {
    check();
    if (!left) {
      inspection.sample();
      dispatch();
      deadLetters.tryAgain();
      forgetIfIdle();
    }
  }

  /** Whether the queue has ended here: it lives on another node, or it was empty. */
  boolean hasLeft() {
    return left;
  }

  /**
   * Will end here if the queue lives elsewhere. Otherwise it returns the messages of consumers that
   * are gone.
   */
  void check() {
    if (left) {
      return;
    }
    if (takeover.isHere()) {
      members.check();
    } else {
      end();
      queues.directory().left(name);
      members.forgetAll();
      takeover.leave();
    }
  }

  /**
   * Ends a queue without messages and consumers. A temporary queue also loses its messages when its
   * reader is gone.
   */
  void forgetIfIdle() {
    if (takeover.isUnderWay() || members.hasClients() || left) {
      return;
    }
    if (name.startsWith(QueueRules.TEMPORARY) && members.isAbandoned()) {
      inspection.purge();
    }
    if (ledger.isEmpty()) {
      inspection.publish();
      end();
    }
  }

  private void end() {
    left = true;
    if (target != null) {
      target.end();
    }
    queues.local().forget(this);
  }
}
