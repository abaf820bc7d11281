package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.busbar.config.RabbitMqConfig;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Run;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * From a queue to the bus: a message is acknowledged when it is there. Belongs to the verticle's
 * event loop.
 */
final class InboundRoute implements Route, RouteChannel.User, BrokerLink.Listener {
  private static final long DEPTH_MILLIS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final BrokerLink link;
  private final RabbitMqRoute route;
  private final RouteChannel channel;
  private final DeadLetters deadLetters;
  private final Lease lease;
  private final RouteCounters counters;
  private final Arrivals arrivals;
  private final Handover handover;
  private Acks acks;
  private Promise<Void> settled;
  private volatile Acks preparing;
  private volatile String consumerTag;
  private volatile String queue;
  private long depth;
  private final long depthTimer;

  InboundRoute(
      Vertx vertx,
      BrokerLink link,
      RabbitMqRoute route,
      RabbitMqConfig config,
      RouteCounters counters,
      DeadLetters deadLetters,
      int addressLength) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.link = link;
    this.route = route;
    this.counters = counters;
    this.deadLetters = deadLetters;
    int messageSize = config.messageSize().asInt();
    this.arrivals = new Arrivals(context, route, messageSize, addressLength, this::take);
    this.handover = new Handover(vertx, route, counters, deadLetters, this::flushSoon);
    this.lease = new Lease(vertx, route.name());
    this.channel = new RouteChannel(vertx, link, route.name(), config.backOff(), counters, this);
    link.listen(this);
    this.depthTimer = vertx.setPeriodic(DEPTH_MILLIS, timer -> measure());
  }

  @Override
  public Future<?> start() {
    deadLetters.start();
    if (route.run() == Run.EVERY_NODE) {
      channel.start();
    }
    return Future.succeededFuture();
  }

  /** Only a node that reaches RabbitMQ asks for the lease. */
  @Override
  public void up(Connection connection) {
    if (route.run() == Run.ONE_NODE && settled == null) {
      lease.take(channel::start);
    }
  }

  @Override
  public void down() {
    if (route.run() == Run.ONE_NODE) {
      channel.stop();
      lease.release();
    }
  }

  @Override
  public void prepare(Channel opened) throws IOException {
    String consumed = Topology.declareInbound(opened, route);
    queue = consumed;
    opened.basicQos(route.prefetch());
    Acks fresh = new Acks(link, opened);
    preparing = fresh;
    consumerTag =
        opened.basicConsume(
            consumed,
            false,
            new DefaultConsumer(opened) {
              @Override
              public void handleDelivery(
                  String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                arrivals.add(fresh, envelope, properties, body);
              }

              @Override
              public void handleCancel(String tag) {
                context.runOnContext(gone -> channel.abort(opened));
              }
            });
  }

  private void take() {
    arrivals.drain(
        next -> {
          if (!next.acks().isEnded()) {
            counters.in++;
            next.acks().delivered(next.tag());
            handover.take(next);
          }
        });
    flush();
  }

  /** What is about to come is settled together with this. */
  private void flushSoon() {
    if (!arrivals.isMoreToCome()) {
      flush();
    }
  }

  private void flush() {
    if (acks != null) {
      acks.flush();
      if (settled != null && acks.size() == 0) {
        settled.tryComplete();
      }
    }
  }

  @Override
  public void opened(Channel opened) {
    acks = preparing;
    flush();
  }

  @Override
  public void closed() {
    if (acks != null) {
      acks.end();
      acks = null;
    }
    if (settled != null) {
      settled.tryComplete();
    }
  }

  private void measure() {
    Channel over = channel.channel();
    if (over != null) {
      link.work(() -> over.messageCount(queue)).onSuccess(count -> depth = count);
    }
  }

  @Override
  public Future<Void> stop(long millis) {
    vertx.cancelTimer(depthTimer);
    settled = Promise.promise();
    handover.hurry();
    vertx.setTimer(millis, timer -> settled.tryComplete());
    Acks last = acks;
    Future<Void> deaf = Future.succeededFuture();
    if (last == null) {
      settled.tryComplete();
    } else {
      deaf = link.work(() -> cancel(last.channel()));
    }
    return deaf.otherwiseEmpty()
        .onComplete(cancelled -> take())
        .compose(cancelled -> settled.future())
        .compose(done -> last == null ? Future.succeededFuture() : last.flush())
        .otherwiseEmpty()
        .compose(flushed -> channel.stop())
        .onComplete(closed -> lease.release())
        .compose(closed -> deadLetters.stop(millis));
  }

  private Void cancel(Channel over) throws IOException {
    over.basicCancel(consumerTag);
    return null;
  }

  @Override
  public JsonObject status() {
    return new JsonObject()
        .put("name", route.name())
        .put("direction", "in")
        .put("address", route.address())
        .put("open", channel.channel() != null)
        .put("blocked", false)
        .put("trouble", channel.trouble())
        .mergeIn(counters.toJson())
        .put("lag", depth + (acks == null ? 0 : acks.size()));
  }
}
