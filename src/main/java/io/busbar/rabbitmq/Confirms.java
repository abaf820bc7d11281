package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.vertx.core.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What one publisher wrote and RabbitMQ has not confirmed, in order. Belongs to the verticle's
 * event loop; what RabbitMQ says reaches it from the connection's reader through a queue.
 */
final class Confirms {
  /** What RabbitMQ said of messages. */
  private record Verdict(Channel from, long tag, boolean multiple, boolean ack, String returned) {}

  private final Context context;
  private final RouteCounters counters;
  private final Consumer<Outgoing> whenSettled;
  private final Runnable whenJudged;
  private final Map<Long, Outgoing> unconfirmed = new LinkedHashMap<>();
  private final Queue<Verdict> verdicts = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean judging = new AtomicBoolean();
  private Channel channel;
  private long nextTag;

  /**
   * @param whenSettled is told of each message that is not here any more, whatever became of it
   * @param whenJudged runs after some of them were settled
   */
  Confirms(
      Context context,
      RouteCounters counters,
      Consumer<Outgoing> whenSettled,
      Runnable whenJudged) {
    this.context = context;
    this.counters = counters;
    this.whenSettled = whenSettled;
    this.whenJudged = whenJudged;
  }

  /** Will hear what RabbitMQ says on the channel; on the link's worker. */
  void listen(Channel opened) throws IOException {
    opened.addReturnListener((Return back) -> heard(opened, 0, false, false, id(back)));
    opened.addConfirmListener(
        (tag, multiple) -> heard(opened, tag, multiple, true, null),
        (tag, multiple) -> heard(opened, tag, multiple, false, null));
    opened.confirmSelect();
  }

  private static String id(Return back) {
    return String.valueOf(back.getProperties().getMessageId());
  }

  private void heard(Channel from, long tag, boolean multiple, boolean ack, String returned) {
    verdicts.add(new Verdict(from, tag, multiple, ack, returned));
    if (judging.compareAndSet(false, true)) {
      context.runOnContext(here -> judge());
    }
  }

  /** The channel is the one to write to; RabbitMQ counts from 1. */
  void opened(Channel opened) {
    channel = opened;
    nextTag = 1;
  }

  /** The message is the next that is written. */
  void add(Outgoing message) {
    unconfirmed.put(nextTag++, message);
  }

  int size() {
    return unconfirmed.size();
  }

  Collection<Outgoing> all() {
    return Collections.unmodifiableCollection(unconfirmed.values());
  }

  /** Will forget all, and return it: nobody will say any more what became of it. */
  List<Outgoing> takeAll() {
    List<Outgoing> all = new ArrayList<>(unconfirmed.values());
    unconfirmed.clear();
    channel = null;
    return all;
  }

  private void judge() {
    judging.set(false);
    for (Verdict verdict = verdicts.poll(); verdict != null; verdict = verdicts.poll()) {
      if (verdict.from() == channel) {
        judge(verdict);
      }
    }
    whenJudged.run();
  }

  private void judge(Verdict verdict) {
    if (verdict.returned() != null) {
      for (Outgoing sent : unconfirmed.values()) {
        if (!sent.returned && verdict.returned().equals(sent.properties().getMessageId())) {
          sent.returned = true;
          return;
        }
      }
    } else if (!verdict.multiple()) {
      settle(unconfirmed.remove(verdict.tag()), verdict.ack());
    } else {
      Iterator<Map.Entry<Long, Outgoing>> first = unconfirmed.entrySet().iterator();
      while (first.hasNext()) {
        Map.Entry<Long, Outgoing> next = first.next();
        if (next.getKey() > verdict.tag()) {
          return;
        }
        first.remove();
        settle(next.getValue(), verdict.ack());
      }
    }
  }

  private void settle(Outgoing message, boolean ack) {
    if (message == null) {
      return;
    }
    whenSettled.accept(message);
    if (message.returned) {
      counters.returned++;
      message.promise.tryFail(Refusal.UNROUTABLE.exception());
    } else if (ack) {
      counters.confirmed++;
      message.promise.tryComplete();
    } else {
      counters.nacked++;
      message.promise.tryFail(Refusal.NACKED.exception());
    }
  }
}
