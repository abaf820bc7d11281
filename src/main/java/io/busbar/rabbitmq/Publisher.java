package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import io.busbar.config.RabbitMqConfig.BackOff;
import io.busbar.config.RabbitMqRoute;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Publishes in order with confirms, and keeps what RabbitMQ has not confirmed: when the channel is
 * lost it goes out again, in order, before what waits. Bounded. Belongs to the verticle's event
 * loop.
 */
final class Publisher implements RouteChannel.User, BrokerLink.Listener {
  private static final int BATCH = 256;
  private static final long SWEEP_MILLIS = 100;

  /** Makes what the route needs, before the first message. */
  interface Preparation {
    void prepare(Channel channel) throws IOException;
  }

  private final Vertx vertx;
  private final BrokerLink link;
  private final RouteChannel channel;
  private final RouteCounters counters;
  private final Preparation preparation;
  private final RabbitMqRoute route;
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private final Confirms confirms;
  private final long sweeper;
  private Promise<Void> drained;
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
    this.link = link;
    this.route = route;
    this.counters = counters;
    this.preparation = preparation;
    this.channel = new RouteChannel(vertx, link, route.name(), backOff, counters, this);
    this.confirms =
        new Confirms(
            vertx.getOrCreateContext(),
            counters,
            message -> bytes -= message.body.length,
            this::judged);
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
    return waiting.size() + confirms.size();
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
    while (!waiting.isEmpty() && batch.size() < BATCH && confirms.size() < route.window()) {
      Outgoing next = waiting.poll();
      counters.out += next.sent ? 0 : 1;
      next.sent = true;
      confirms.add(next);
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
    confirms.listen(opened);
  }

  private void judged() {
    pump();
    tellDrained();
  }

  @Override
  public void opened(Channel opened) {
    confirms.opened(opened);
    pump();
  }

  /** What may have arrived goes first, marked. Who was told that it failed has it no more. */
  @Override
  public void closed() {
    List<Outgoing> again = confirms.takeAll();
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
    for (Outgoing message : confirms.all()) {
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
              List<Outgoing> left = confirms.takeAll();
              left.addAll(waiting);
              waiting.clear();
              left.forEach(message -> message.promise.tryFail(Refusal.CLOSING.exception()));
              return channel.stop();
            });
  }
}
