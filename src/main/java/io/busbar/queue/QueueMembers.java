package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.selector.Selector;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a queue, on whichever node they are, and the messages that each has. A consumer
 * is removed when nothing is heard of it for a while, or when its node is gone. Owned by the
 * queue's event loop.
 */
final class QueueMembers {
  /** The limit, because each message is compared with every different selector of its queue. */
  private static final int MOST_SELECTORS = 32;

  private static final long ABANDONED_MILLIS = 30_000;

  private final Queue queue;
  private final QueueNodes nodes;
  private final QueueDispatcher dispatcher;
  private final QueueLedger ledger;
  private final DeadLetters deadLetters;
  private final Map<String, QueueMember> members = new HashMap<>();
  private long lastUseMillis = System.currentTimeMillis();

  QueueMembers(
      Queue queue, QueueDispatcher dispatcher, QueueLedger ledger, DeadLetters deadLetters) {
    this.queue = queue;
    this.nodes = queue.queues().nodes();
    this.dispatcher = dispatcher;
    this.ledger = ledger;
    this.deadLetters = deadLetters;
  }

  int count() {
    return members.size();
  }

  /** The number of messages that consumers have. */
  int unacknowledged() {
    int sum = 0;
    for (QueueMember member : members.values()) {
      sum += member.size();
    }
    return sum;
  }

  Future<Void> open(QueueCall call) {
    if (members.containsKey(call.consumer())) {
      return alive(call.member());
    }
    String text = call.given().getString(QueueCall.SELECTOR);
    Selector selector = text == null ? null : Selector.parse(text);
    if (selector != null && dispatcher.selectors() >= MOST_SELECTORS) {
      return OwnerCalls.refused("a queue has at most " + MOST_SELECTORS + " different selectors");
    }
    QueueMember[] itself = new QueueMember[1];
    QueueMember member =
        new QueueMember(
            call.member(),
            call.given().getString(QueueCall.NODE),
            call.given().getInteger(QueueCall.PREFETCH),
            call.given().getBoolean(QueueCall.AUTO),
            selector,
            entries -> deliver(itself[0], entries));
    itself[0] = member;
    for (QueueEntry entry : ledger.of(call.ids())) {
      if (dispatcher.remove(entry)) {
        entry.become(QueueEntry.State.TAKEN);
        member.has(entry);
      }
    }
    member.mayBeMissed(nodes.owners().nodes());
    join(member);
    return Future.succeededFuture();
  }

  /** Adds a consumer: a new one of a client, or the address behind the queue. */
  void join(QueueMember member) {
    members.put(member.id(), member);
    dispatcher.join(member);
    // First the consumer must hear that it is open.
    queue.run(queue::dispatch);
  }

  /** The consumer gets no more messages. It may still acknowledge or give back what it has. */
  void leave(QueueMember member) {
    if (members.remove(member.id(), member)) {
      dispatcher.leave(member);
    }
  }

  Future<Void> alive(String consumer) {
    QueueMember member = members.get(consumer);
    if (member == null) {
      return OwnerCalls.failed(OwnerCalls.UNKNOWN, "the queue does not know the consumer");
    }
    member.heardOf();
    return Future.succeededFuture();
  }

  private void deliver(QueueMember member, List<QueueEntry> entries) {
    String node = Objects.requireNonNull(member.node(), "a client's consumer is on a node");
    nodes
        .deliver(node, member.id(), entries)
        .onComplete(result -> queue.run(() -> delivered(member, entries, result)));
  }

  /** A consumer that cannot be reached is removed. If it still exists, it opens itself again. */
  private void delivered(QueueMember member, List<QueueEntry> entries, AsyncResult<Void> result) {
    if (result.failed()) {
      close(member, false);
      return;
    }
    member.written(entries);
    if (member.isAuto()) {
      for (QueueEntry entry : entries) {
        if (member.gives(entry) || queue.hasLeft()) {
          queue.done(entry, null);
        }
      }
    }
    mayHaveRoom(member);
  }

  private void mayHaveRoom(QueueMember member) {
    if (members.get(member.id()) == member) {
      dispatcher.mayHaveRoom(member);
      queue.dispatch();
    }
  }

  /**
   * Takes the message from the consumer that has it now, because another one may have got it since.
   */
  private void takeBack(@Nullable QueueMember first, QueueEntry entry) {
    if (first != null && first.gives(entry)) {
      dispatcher.mayHaveRoom(first);
    } else if (!dispatcher.remove(entry)) {
      for (QueueMember member : members.values()) {
        if (member.gives(entry)) {
          dispatcher.mayHaveRoom(member);
        }
      }
    }
  }

  /** The messages are acknowledged. Completes when that is safe. */
  Future<Void> acknowledge(QueueCall call) {
    QueueMember member = members.get(call.consumer());
    List<QueueEntry> entries = ledger.of(call.ids());
    List<Future<Void>> all = new ArrayList<>(entries.size());
    for (QueueEntry entry : entries) {
      takeBack(member, entry);
      JsonObject answers = call.arguments();
      all.add(queue.done(entry, answers == null ? null : answers.getJsonObject(entry.id())));
    }
    queue.dispatch();
    return all.size() == 1 ? all.get(0) : Future.join(all).mapEmpty();
  }

  /** A message that the consumer no longer has may belong to another one, so it is left out. */
  Future<Void> reject(QueueCall call) {
    QueueMember member = members.get(call.consumer());
    boolean requeue = call.given().getBoolean(QueueCall.REQUEUE);
    for (QueueEntry entry : ledger.of(call.ids())) {
      boolean had = member != null && member.gives(entry);
      if (had || dispatcher.remove(entry)) {
        if (requeue) {
          queue.returned(entry, member, true);
        } else {
          deadLetters.add(entry, DeadLetters.REJECTED);
        }
      }
    }
    if (member != null) {
      mayHaveRoom(member);
    }
    return Future.succeededFuture();
  }

  Future<Void> close(QueueCall call) {
    QueueMember member = members.get(call.consumer());
    if (member != null) {
      close(member, call.given().getBoolean(QueueCall.TRIED));
    }
    return Future.succeededFuture();
  }

  /**
   * Removes a consumer. Other consumers get the messages that it had.
   *
   * @param tried whether this counts as a try
   */
  private void close(QueueMember member, boolean tried) {
    if (members.remove(member.id(), member)) {
      dispatcher.leave(member);
      member.giveAll().forEach(entry -> queue.returned(entry, member, tried));
      queue.dispatch();
      queue.forgetIfIdle();
    }
  }

  /** Will return the messages of consumers that are gone. */
  void check() {
    Set<String> there = nodes.owners().nodes();
    for (QueueMember member : List.copyOf(members.values())) {
      if (member.nodeHasLeft(there) || nodes.isClustered() && member.isSilent()) {
        close(member, false);
      } else {
        member.mayBeMissed(there);
      }
    }
  }

  /** Forgets all consumers, because they go to the node that runs the queue now. */
  void forgetAll() {
    members.clear();
  }

  /** Whether a client consumes the queue, not only the address behind it. */
  boolean hasClients() {
    boolean has = members.values().stream().anyMatch(member -> member.isClient());
    lastUseMillis = has ? System.currentTimeMillis() : lastUseMillis;
    return has;
  }

  /** Whether no client has consumed the queue for {@link #ABANDONED_MILLIS}. */
  boolean isAbandoned() {
    return !hasClients() && System.currentTimeMillis() - lastUseMillis > ABANDONED_MILLIS;
  }
}
