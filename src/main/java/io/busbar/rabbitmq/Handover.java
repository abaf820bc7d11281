package io.busbar.rabbitmq;

import com.rabbitmq.client.Envelope;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Deliver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Hands one route's messages to the bus and settles each with RabbitMQ: acknowledged, given back or
 * buried. Belongs to the verticle's event loop.
 */
final class Handover {
  /** What features.md says of requests that go into a queue. */
  private static final String AWAIT = "busbar-await";

  private static final String AWAIT_TIMEOUT = "busbar-await-timeout";
  private static final int NOT_TAKEN = 7197;

  private final Vertx vertx;
  private final RabbitMqRoute route;
  private final RouteCounters counters;
  private final DeadLetters deadLetters;
  private final Runnable whenSettled;
  private final Tries tries = new Tries();
  private boolean hurried;

  /**
   * @param whenSettled runs after a message was settled
   */
  Handover(
      Vertx vertx,
      RabbitMqRoute route,
      RouteCounters counters,
      DeadLetters deadLetters,
      Runnable whenSettled) {
    this.vertx = vertx;
    this.route = route;
    this.counters = counters;
    this.deadLetters = deadLetters;
    this.whenSettled = whenSettled;
  }

  /** Will give back what fails at once from now on: the route is stopping. */
  void hurry() {
    hurried = true;
  }

  void take(Delivery delivery) {
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
              whenSettled.run();
            });
  }

  private Future<?> deliver(Delivery delivery) {
    EventBus bus = vertx.eventBus();
    String address = delivery.address();
    return switch (route.deliver()) {
      case PUBLISH -> bus.publisher(address, delivery.options()).write(delivery.body());
      case SEND -> bus.sender(address, delivery.options()).write(delivery.body());
      case REQUEST -> bus.request(address, delivery.body(), asking(delivery.options()));
    };
  }

  /** By way of a queue the answer comes when a consumer has acknowledged the message. */
  private DeliveryOptions asking(DeliveryOptions options) {
    long inTime = route.answerTimeout().toMillis() * 9 / 10;
    return new DeliveryOptions(options)
        .addHeader(AWAIT, "handled")
        .addHeader(AWAIT_TIMEOUT, Long.toString(inTime));
  }

  /** A queue could give it to nobody in time, so nobody has tried. */
  private static boolean isNotTaken(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureCode() == NOT_TAKEN;
  }

  /** What is published is for whoever listens, be it nobody. */
  private boolean nobodyListens(Throwable cause) {
    return route.deliver() == Deliver.PUBLISH
        && cause instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private void done(Delivery delivery) {
    counters.out++;
    counters.confirmed++;
    Envelope envelope = delivery.envelope();
    if (envelope.isRedeliver()) {
      tries.done(envelope.getRoutingKey(), delivery.properties(), delivery.octets());
    }
    delivery.acks().ack(delivery.tag());
  }

  private void failed(Delivery delivery, Throwable cause) {
    if (isNotTaken(cause)) {
      giveBack(delivery);
      return;
    }
    String key = delivery.envelope().getRoutingKey();
    int failures = tries.failed(key, delivery.properties(), delivery.octets());
    if (failures < route.tries()) {
      giveBack(delivery);
    } else {
      tries.done(key, delivery.properties(), delivery.octets());
      bury(delivery, "tried " + failures + " times: " + Causes.words(cause));
    }
  }

  /** Not at once, or RabbitMQ and we would throw it to and fro. */
  private void giveBack(Delivery delivery) {
    long wait = Math.max(1, route.retryDelay().toMillis());
    vertx.setTimer(hurried ? 1 : wait, timer -> nack(delivery, true));
  }

  private void nack(Delivery delivery, boolean requeue) {
    if (!delivery.acks().isEnded()) {
      counters.nacked++;
      delivery.acks().nack(delivery.tag(), requeue);
      whenSettled.run();
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
                whenSettled.run();
              } else {
                counters.dropped++;
                nack(delivery, false);
              }
            })
        .onFailure(e -> giveBack(delivery));
  }
}
