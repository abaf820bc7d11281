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
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * From a queue to the bus: a message is acknowledged when it is there. Belongs to the verticle's
 * event loop; deliveries reach it from the connection's threads through a queue that the prefetch
 * bounds.
 */
final class InboundRoute implements Route, RouteChannel.User, BrokerLink.Listener {
  private static final long DEPTH_MILLIS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final BrokerLink link;
  private final RabbitMqRoute route;
  private final int messageSize;
  private final AddressTemplate template;
  private final RouteChannel channel;
  private final DeadLetters deadLetters;
  private final Lease lease;
  private final RouteCounters counters;
  private final Tries tries = new Tries();
  private final Queue<Delivery> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean draining = new AtomicBoolean();
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
    this.messageSize = config.messageSize().asInt();
    this.template = new AddressTemplate(route.address(), addressLength);
    this.counters = counters;
    this.deadLetters = deadLetters;
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
                arrived(ready(fresh, envelope, properties, body));
              }

              @Override
              public void handleCancel(String tag) {
                context.runOnContext(gone -> channel.abort(opened));
              }
            });
  }

  private Delivery ready(Acks of, Envelope envelope, BasicProperties properties, byte[] octets) {
    try {
      if (octets.length > messageSize) {
        throw new BadMessageException("the body is longer than " + messageSize + " bytes");
      }
      MultiMap headers = AmqpHeaders.toBus(envelope, properties);
      String address = template.address(envelope.getRoutingKey(), headers);
      boolean plain = properties.getContentEncoding() == null;
      Object body =
          plain
              ? AmqpPayload.body(properties.getContentType(), octets)
              : io.vertx.core.buffer.Buffer.buffer(octets);
      DeliveryOptions options =
          new DeliveryOptions()
              .setHeaders(headers)
              .setSendTimeout(route.answerTimeout().toMillis());
      return new Delivery(of, envelope, properties, octets, address, body, options, null);
    } catch (BadMessageException e) {
      return new Delivery(of, envelope, properties, octets, null, null, null, e.getMessage());
    }
  }

  private void arrived(Delivery delivery) {
    inbox.add(delivery);
    if (draining.compareAndSet(false, true)) {
      context.runOnContext(here -> take());
    }
  }

  private void take() {
    draining.set(false);
    for (Delivery next = inbox.poll(); next != null; next = inbox.poll()) {
      if (!next.acks().isEnded()) {
        counters.in++;
        next.acks().delivered(next.tag());
        take(next);
      }
    }
    flush();
  }

  private void take(Delivery delivery) {
    if (delivery.reason() != null) {
      bury(delivery, delivery.reason());
      return;
    }
    deliver(delivery)
        .onComplete(
            delivered -> {
              if (delivered.succeeded() || nobodyListens(delivered.cause())) {
                done(delivery);
              } else {
                failed(delivery, delivered.cause());
              }
              if (!draining.get()) {
                flush();
              }
            });
  }

  private Future<?> deliver(Delivery delivery) {
    EventBus bus = vertx.eventBus();
    String address = delivery.address();
    return switch (route.deliver()) {
      case PUBLISH -> bus.publisher(address, delivery.options()).write(delivery.body());
      case SEND -> bus.sender(address, delivery.options()).write(delivery.body());
      case REQUEST -> bus.request(address, delivery.body(), delivery.options());
    };
  }

  /** What is published is for whoever listens, be it nobody. */
  private boolean nobodyListens(Throwable cause) {
    return route.deliver() == RabbitMqRoute.Deliver.PUBLISH
        && cause instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private void done(Delivery delivery) {
    counters.out++;
    counters.confirmed++;
    if (delivery.envelope().isRedeliver()) {
      tries.done(delivery.envelope().getRoutingKey(), delivery.properties(), delivery.octets());
    }
    delivery.acks().ack(delivery.tag());
  }

  private void failed(Delivery delivery, Throwable cause) {
    int failures =
        tries.failed(delivery.envelope().getRoutingKey(), delivery.properties(), delivery.octets());
    if (failures < route.tries()) {
      giveBack(delivery);
    } else {
      tries.done(delivery.envelope().getRoutingKey(), delivery.properties(), delivery.octets());
      bury(delivery, "tried " + failures + " times: " + Causes.words(cause));
    }
  }

  /** Not at once, or RabbitMQ and we would throw it to and fro. */
  private void giveBack(Delivery delivery) {
    long wait = Math.max(1, route.retryDelay().toMillis());
    vertx.setTimer(settled == null ? wait : 1, timer -> nack(delivery, true));
  }

  private void nack(Delivery delivery, boolean requeue) {
    if (!delivery.acks().isEnded()) {
      counters.nacked++;
      delivery.acks().nack(delivery.tag(), requeue);
      flush();
    }
  }

  private void bury(Delivery delivery, String reason) {
    deadLetters
        .bury(delivery, reason)
        .onSuccess(
            buried -> {
              if (buried) {
                counters.nacked++;
                delivery.acks().ack(delivery.tag());
                flush();
              } else {
                counters.dropped++;
                nack(delivery, false);
              }
            })
        .onFailure(e -> giveBack(delivery));
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
