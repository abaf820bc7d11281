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
 * The messages of one name that wait for one of several consumers, on the one node where they live.
 * Each goes to one consumer at a time and is kept until somebody has acknowledged it, its time is
 * up, or its dead-letter queue has it. Owned by one event loop; others post to it with {@link
 * #run}.
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

  /** Null where no address is asked. */
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

  /** From now on the queue is as its rule says now, but for where its messages are kept. */
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

  /** Will run the task on the loop of the queue, where the caller is: at once if it can. */
  void whenComplete(Future<?> future, Runnable task) {
    if (future.isComplete()) {
      task.run();
    } else {
      future.onComplete(result -> run(task));
    }
  }

  /** Will take in what the store has of an earlier life. */
  Future<Void> load() {
    return takeover.load();
  }

  /** It has all that it had, and those who were waiting have said what they hold. */
  void opened() {
    if (target != null) {
      members.join(target.member());
    }
    dispatch();
  }

  /** Will do what a node asks of it. */
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

  /** The store has it, and nobody else. */
  void waits(QueueEntry entry) {
    if (!entry.isOver() && !left) {
      dispatcher.add(entry);
      dispatch();
    }
  }

  /** Hands over what can be handed over. */
  void dispatch() {
    if (!takeover.isUnderWay() && !left) {
      takeover.doubt();
      deadLetters.expire();
      dispatcher.dispatch();
    }
  }

  /**
   * A message is done with; completes when that is safe.
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
    tellWhoAwaits(entry, answer, null);
    return ledger.remove(entry);
  }

  void tellWhoAwaits(QueueEntry entry, @Nullable JsonObject answer, @Nullable String failure) {
    if (entry.message().isAwaited()) {
      queues.nodes().handled(entry.message().awaitedBy(), entry.id(), answer, failure);
    }
  }

  /**
   * Somebody had it and does not have it any more.
   *
   * @param tried whether that counts as a try
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

  /** Somebody had it, and says that nobody will ever do it. */
  void refused(QueueEntry entry) {
    if (!entry.isOver() && !left) {
      deadLetters.add(entry, DeadLetters.REJECTED);
    }
  }

  /** Something has changed for the consumer. */
  void mayHaveRoom(QueueMember member) {
    dispatcher.mayHaveRoom(member);
    dispatch();
  }

  /** About once a second. */
  void tick() {
    check();
    if (!left) {
      inspection.sample();
      dispatch();
      deadLetters.tryAgain();
      forgetIfIdle();
    }
  }

  /** Whether another node runs it now. */
  boolean hasLeft() {
    return left;
  }

  /** Will end here if it lives elsewhere, and give back what those had who are gone. */
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

  /** A queue without messages and consumers costs nothing; a temporary one goes with its reader. */
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
