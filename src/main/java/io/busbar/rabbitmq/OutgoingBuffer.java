package io.busbar.rabbitmq;

import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Declare;
import io.busbar.rabbitmq.Outgoing.Refusal;
import io.vertx.rabbitmq.RabbitMQConfirmation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The messages of one publisher, in order: those that wait, and those that are written and not
 * confirmed. When the channel is lost, the unconfirmed ones go out again before those that wait.
 * Messages that a queue of ours keeps are given back instead, all at once. So the queue asks again
 * in its order. Bounded. Owned by the verticle's event loop.
 */
final class OutgoingBuffer {
  private static final int BATCH = 256;

  private final RabbitMqRoute route;
  private final Route.Counters counters;

  /** Whether the route publishes to a queue that it declares itself. */
  private final boolean ofOurQueue;

  private final Deque<Outgoing> waiting = new ArrayDeque<>();

  /** The key is RabbitMQ's number, which starts at 1 on each channel. */
  private final Map<Long, Outgoing> unconfirmed = new LinkedHashMap<>();

  /** Messages that no queue accepted, because the queue is gone. */
  private final Deque<Outgoing> homeless = new ArrayDeque<>();

  private long nextTag = 1;
  private long bytes;

  OutgoingBuffer(RabbitMqRoute route, Route.Counters counters) {
    this.route = route;
    this.counters = counters;
    this.ofOurQueue =
        !route.isInbound() && route.exchange().isEmpty() && route.declare() != Declare.NONE;
  }

  /** The number of messages that RabbitMQ has not confirmed. */
  int size() {
    return waiting.size() + unconfirmed.size();
  }

  /** Whether every written message is confirmed. */
  boolean isConfirmed() {
    return unconfirmed.isEmpty();
  }

  boolean hasRoom(Outgoing message) {
    return size() < route.buffer().messages()
        && bytes + message.body.length <= route.buffer().size().bytes();
  }

  void add(Outgoing message) {
    bytes += message.body.length;
    waiting.add(message);
  }

  /** The messages to write next. They count as written from now on. */
  List<Outgoing> next() {
    List<Outgoing> batch = new ArrayList<>();
    while (!waiting.isEmpty() && batch.size() < BATCH && unconfirmed.size() < route.window()) {
      Outgoing next = waiting.poll();
      counters.out += next.sent ? 0 : 1;
      next.sent = true;
      unconfirmed.put(nextTag++, next);
      batch.add(next);
    }
    return batch;
  }

  /** No queue accepted the message. RabbitMQ says this before it confirms the message. */
  void returned(String id) {
    for (Outgoing sent : unconfirmed.values()) {
      if (!sent.returned && id.equals(sent.properties().getMessageId())) {
        sent.returned = true;
        return;
      }
    }
  }

  void confirmed(RabbitMQConfirmation confirm) {
    if (!confirm.isMultiple()) {
      Outgoing message = unconfirmed.remove(confirm.getDeliveryTag());
      if (message != null) {
        settle(message, confirm.isSucceeded());
      }
      return;
    }
    Iterator<Map.Entry<Long, Outgoing>> first = unconfirmed.entrySet().iterator();
    while (first.hasNext()) {
      Map.Entry<Long, Outgoing> next = first.next();
      if (next.getKey() > confirm.getDeliveryTag()) {
        return;
      }
      first.remove();
      settle(next.getValue(), confirm.isSucceeded());
    }
  }

  private void settle(Outgoing message, boolean ack) {
    if (message.returned && ofOurQueue && message.comesAgain()) {
      homeless.add(message);
      return;
    }
    bytes -= message.body.length;
    if (message.returned) {
      counters.returned++;
      message.refuse(Refusal.UNROUTABLE);
    } else if (ack) {
      counters.confirmed++;
      message.promise.tryComplete();
    } else {
      counters.nacked++;
      message.refuse(Refusal.NACKED);
    }
  }

  /** Whether the route's queue is gone, so it must be declared again. */
  boolean hasHomeless() {
    return !homeless.isEmpty();
  }

  /**
   * The channel has closed. Messages that may have arrived go first, and are marked. A message
   * whose sender was told of a failure is dropped.
   */
  void closed() {
    giveBackKept(Refusal.NOT_THERE);
    List<Outgoing> again = new ArrayList<>(homeless);
    again.addAll(unconfirmed.values());
    for (int i = again.size() - 1; i >= 0; i--) {
      Outgoing message = again.get(i);
      if (message.isSettled()) {
        bytes -= message.body.length;
      } else {
        if (i >= homeless.size()) {
          message.markRedelivered();
        }
        waiting.addFirst(message);
      }
    }
    homeless.clear();
    unconfirmed.clear();
    nextTag = 1;
  }

  private void giveBackKept(Refusal why) {
    homeless.stream().filter(message -> message.kept).forEach(message -> message.refuse(why));
    unconfirmed().filter(message -> message.kept).forEach(message -> message.refuse(why));
    giveBackWaiting(why);
  }

  private Stream<Outgoing> unconfirmed() {
    return unconfirmed.values().stream();
  }

  /** Gives back the messages of our queues that are not written yet. */
  void giveBackWaiting(Refusal why) {
    refuseWaiting(message -> message.kept, why);
  }

  private void refuseWaiting(Predicate<Outgoing> which, Refusal why) {
    waiting.removeIf(
        message -> {
          boolean refused = which.test(message);
          if (refused) {
            bytes -= message.body.length;
            message.refuse(why);
          }
          return refused;
        });
  }

  /**
   * Fails the messages whose deadline has passed. A message of a queue of ours never fails alone,
   * because the ones behind it would overtake it.
   */
  void sweep() {
    long now = System.nanoTime();
    Predicate<Outgoing> late = message -> !message.isSettled() && message.isLate(now);
    Stream<Outgoing> all = Stream.concat(unconfirmed(), waiting.stream());
    boolean keptIsLate = all.anyMatch(message -> message.kept && late.test(message));
    unconfirmed().filter(late).forEach(message -> message.refuse(Refusal.NOT_CONFIRMED));
    refuseWaiting(late, Refusal.NOT_CONFIRMED);
    if (keptIsLate) {
      giveBackKept(Refusal.NOT_CONFIRMED);
    }
  }

  /** Fails all that is left. */
  void end() {
    unconfirmed().forEach(message -> message.refuse(Refusal.CLOSING));
    waiting.forEach(message -> message.refuse(Refusal.CLOSING));
    unconfirmed.clear();
    waiting.clear();
  }
}
