package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.busbar.config.RabbitMqConfig.BackOff;
import io.busbar.config.RabbitMqRoute;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Publishes in order with confirms, and keeps what RabbitMQ has not confirmed: when the channel is
 * lost it goes out again, in order, before what waits. Bounded. Belongs to the verticle's event
 * loop; confirms reach it from the connection's reader through a queue.
 */
final class Publisher implements RouteChannel.User, BrokerLink.Listener {
  private static final int BATCH = 256;
  private static final long SWEEP_MILLIS = 100;

  /** What RabbitMQ said of messages. */
  private record Verdict(Channel from, long tag, boolean multiple, boolean ack, String returned) {}

  /** Makes what the route needs, before the first message. */
  interface Preparation {
    void prepare(Channel channel) throws IOException;
  }

  private final Vertx vertx;
  private final Context context;
  private final BrokerLink link;
  private final RouteChannel channel;
  private final RouteCounters counters;
  private final Preparation preparation;
  private final RabbitMqRoute route;
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private final Map<Long, Outgoing> unconfirmed = new LinkedHashMap<>();
  private final Queue<Verdict> verdicts = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean judging = new AtomicBoolean();
  private final long sweeper;
  private Promise<Void> drained;
  private long nextTag;
  private long bytes;
  private boolean writing;
  private boolean blocked;

  Publisher(
      Vertx vertx,
      BrokerLink link,
      RabbitMqRoute route,
      BackOff backOff,
      RouteCounters counters,
      Preparation preparation) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.link = link;
    this.route = route;
    this.counters = counters;
    this.preparation = preparation;
    this.channel = new RouteChannel(vertx, link, route.name(), backOff, counters, this);
    link.listen(this);
    this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
  }

  void start() {
    channel.start();
  }

  String trouble() {
    return channel.trouble();
  }

  boolean isOpen() {
    return channel.channel() != null;
  }

  boolean isBlocked() {
    return blocked;
  }

  /** Messages that RabbitMQ has not confirmed. */
  int size() {
    return waiting.size() + unconfirmed.size();
  }

  /** Will complete when RabbitMQ confirmed it; fails with a RefusedException. */
  Future<Void> publish(Outgoing message) {
    boolean full =
        size() >= route.buffer().messages()
            || bytes + message.body.length > route.buffer().size().bytes();
    if (full || drained != null) {
      message.promise.fail((full ? Refusal.FULL : Refusal.CLOSING).exception());
    } else {
      bytes += message.body.length;
      waiting.add(message);
      pump();
    }
    return message.promise.future();
  }

  private void pump() {
    Channel over = channel.channel();
    if (over == null || blocked || writing || waiting.isEmpty()) {
      return;
    }
    List<Outgoing> batch = new ArrayList<>();
    while (!waiting.isEmpty() && batch.size() < BATCH && unconfirmed.size() < route.window()) {
      Outgoing next = waiting.poll();
      counters.out += next.sent ? 0 : 1;
      next.sent = true;
      unconfirmed.put(nextTag++, next);
      batch.add(next);
    }
    if (!batch.isEmpty()) {
      writing = true;
      link.work(() -> write(over, batch))
          .onComplete(
              written -> {
                writing = false;
                pump();
              });
    }
  }

  private static Void write(Channel over, List<Outgoing> batch) throws IOException {
    try {
      for (Outgoing next : batch) {
        over.basicPublish(
            next.exchange, next.routingKey, next.mandatory, next.properties(), next.body);
      }
      return null;
    } catch (IOException | RuntimeException e) {
      over.abort(); // numbers and messages no longer match
      throw e;
    }
  }

  @Override
  public void prepare(Channel opened) throws IOException {
    preparation.prepare(opened);
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

  private void judge() {
    judging.set(false);
    for (Verdict verdict = verdicts.poll(); verdict != null; verdict = verdicts.poll()) {
      if (verdict.from() == channel.channel()) {
        judge(verdict);
      }
    }
    pump();
    tellDrained();
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
    bytes -= message.body.length;
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

  @Override
  public void opened(Channel opened) {
    nextTag = 1;
    pump();
  }

  /** What may have arrived goes first, marked. Who was told that it failed has it no more. */
  @Override
  public void closed() {
    List<Outgoing> again = new ArrayList<>(unconfirmed.values());
    unconfirmed.clear();
    for (int i = again.size() - 1; i >= 0; i--) {
      Outgoing message = again.get(i);
      if (message.isSettled()) {
        bytes -= message.body.length;
      } else {
        message.markRedelivered();
        waiting.addFirst(message);
      }
    }
  }

  @Override
  public void up(com.rabbitmq.client.Connection connection) {
    blocked = false;
  }

  @Override
  public void down() {
    blocked = false;
  }

  @Override
  public void blocked(boolean isBlocked) {
    blocked = isBlocked;
    pump();
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Iterator<Outgoing> each = waiting.iterator(); each.hasNext(); ) {
      Outgoing message = each.next();
      if (message.isLate(now)) {
        each.remove();
        bytes -= message.body.length;
        message.promise.tryFail(Refusal.NOT_CONFIRMED.exception());
      }
    }
    for (Outgoing message : unconfirmed.values()) {
      if (message.isLate(now)) {
        message.promise.tryFail(Refusal.NOT_CONFIRMED.exception());
      }
    }
    tellDrained();
  }

  private void tellDrained() {
    if (drained != null && size() == 0) {
      drained.tryComplete();
    }
  }

  /** Will take no more, wait so long for the confirms of what it has, and fail what is left. */
  Future<Void> drain(long millis) {
    drained = Promise.promise();
    vertx.setTimer(millis, timer -> drained.tryComplete());
    tellDrained();
    return drained
        .future()
        .compose(
            done -> {
              vertx.cancelTimer(sweeper);
              List<Outgoing> left = new ArrayList<>(unconfirmed.values());
              left.addAll(waiting);
              unconfirmed.clear();
              waiting.clear();
              left.forEach(message -> message.promise.tryFail(Refusal.CLOSING.exception()));
              return channel.stop();
            });
  }
}
