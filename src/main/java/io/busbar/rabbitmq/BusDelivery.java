package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.DeadLetter;
import io.busbar.config.RabbitMqRoute.Deliver;
import io.busbar.config.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the messages of one route to the bus. It settles each with RabbitMQ: acknowledged,
 * requeued, or dead-lettered. Owned by the verticle's event loop.
 */
final class BusDelivery {
  /** The header for requests that wait until a queue's consumer has acknowledged (features.md). */
  private static final String AWAIT = "busbar-await";

  private static final String AWAIT_TIMEOUT = "busbar-await-timeout";
  private static final int NOT_TAKEN = 7197;
  private static final int DEAD = 7198;

  /** The address that puts a message into the queue of ours which the header names. */
  private static final String PUT = "busbar.queues.put";

  private static final String INTO = "busbar-into";

  /** RabbitMQ itself waits half as long, by default. */
  private static final long HOUR_MILLIS = 3_600_000;

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final Vertx vertx;
  private final RabbitMqRoute route;
  private final Route.Counters counters;

  /** Publishes dead letters; null if the queue's own arguments decide. */
  private final @Nullable Publisher deadLetters;

  private final Runnable whenSettled;
  private final Delivery.Tries tries = new Delivery.Tries();
  private boolean hurried;
  private long loggedAt = System.nanoTime() - QUIET_NANOS;

  /**
   * @param whenSettled runs after a message was settled
   */
  BusDelivery(
      Vertx vertx,
      RabbitMqRoute route,
      Route.Counters counters,
      @Nullable Publisher deadLetters,
      Runnable whenSettled) {
    this.vertx = vertx;
    this.route = route;
    this.counters = counters;
    this.deadLetters = deadLetters;
    this.whenSettled = whenSettled;
  }

  /** The route is stopping. From now on, failed messages are requeued at once. */
  void hurry() {
    hurried = true;
  }

  void take(Delivery delivery) {
    if (delivery.reason() != null) {
      sendToDeadLetters(delivery, delivery.reason());
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
    String address = Objects.requireNonNull(delivery.address(), "it has no reason to be buried");
    DeliveryOptions options = Objects.requireNonNull(delivery.options(), "it has an address");
    return switch (route.deliver()) {
      case PUBLISH -> bus.publisher(address, options).write(delivery.body());
      case SEND -> bus.sender(address, options).write(delivery.body());
      case REQUEST -> bus.request(address, delivery.body(), asking(options));
      case QUEUE -> bus.request(PUT, delivery.body(), putting(address, options));
    };
  }

  /**
   * If the address is before a queue, the answer comes when a consumer has acknowledged the
   * message.
   */
  private DeliveryOptions asking(DeliveryOptions options) {
    long inTime = route.answerTimeout().toMillis() * 9 / 10;
    return new DeliveryOptions(options)
        .addHeader(AWAIT, "handled")
        .addHeader(AWAIT_TIMEOUT, Long.toString(inTime));
  }

  /** The answer comes when a consumer has acknowledged the message, however long that takes. */
  private static DeliveryOptions putting(String into, DeliveryOptions options) {
    return new DeliveryOptions(options)
        .addHeader(AWAIT, "handled")
        .addHeader(INTO, into)
        .setSendTimeout(HOUR_MILLIS);
  }

  /** The queue had no consumer in time, or no room. So nobody has tried the message. */
  private boolean isNotTaken(Throwable cause) {
    return route.deliver() == Deliver.QUEUE || code(cause) == NOT_TAKEN;
  }

  private static int code(Throwable cause) {
    return cause instanceof ReplyException reply ? reply.failureCode() : 0;
  }

  /** A publication is delivered even if nobody listens. */
  private boolean nobodyListens(Throwable cause) {
    return route.deliver() == Deliver.PUBLISH
        && cause instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private void done(Delivery delivery) {
    counters.out++;
    counters.confirmed++;
    if (delivery.envelope().isRedeliver()) {
      tries.done(delivery);
    }
    delivery.acks().ack(delivery.tag());
  }

  private void failed(Delivery delivery, Throwable cause) {
    if (route.deliver() == Deliver.QUEUE && code(cause) == DEAD) {
      sendToDeadLetters(delivery, Reason.of(cause));
      return;
    }
    if (isNotTaken(cause)) {
      giveBack(delivery);
      return;
    }
    int failures = tries.failed(delivery);
    if (failures < route.tries()) {
      giveBack(delivery);
    } else {
      tries.done(delivery);
      sendToDeadLetters(delivery, "tried " + failures + " times: " + LinkConnection.words(cause));
    }
  }

  /** Waits before it requeues, because RabbitMQ would deliver the message again at once. */
  private void giveBack(Delivery delivery) {
    long wait = hurried ? 1 : Math.max(1, route.retryDelay().toMillis());
    if (!route.isStream()) {
      vertx.setTimer(wait, timer -> nack(delivery, true));
    } else if (!hurried) {
      vertx.setTimer(wait, timer -> takeAgain(delivery)); // a stream cannot requeue
    }
  }

  private void takeAgain(Delivery delivery) {
    if (!delivery.acks().isEnded()) {
      take(delivery);
    }
  }

  private void nack(Delivery delivery, boolean requeue) {
    if (!delivery.acks().isEnded()) {
      counters.nacked++;
      delivery.acks().nack(delivery.tag(), requeue);
      whenSettled.run();
    }
  }

  private void sendToDeadLetters(Delivery delivery, String reason) {
    tell(reason);
    DeadLetter to = route.deadLetter();
    if (deadLetters == null || to == null) {
      counters.dropped++;
      nack(delivery, false);
      return;
    }
    deadLetters
        .publish(deadLetter(to, delivery, reason))
        .onSuccess(
            sentAway -> {
              counters.nacked++;
              delivery.acks().ack(delivery.tag());
              whenSettled.run();
            })
        .onFailure(
            e -> {
              tell("no dead letter: " + Reason.of(e));
              giveBack(delivery);
            });
  }

  /** With the reason in x-busbar-reason and the queue's route in x-busbar-route. */
  private Outgoing deadLetter(DeadLetter to, Delivery delivery, String reason) {
    BasicProperties before = delivery.properties();
    Map<String, Object> headers = new HashMap<>();
    if (before.getHeaders() != null) {
      headers.putAll(before.getHeaders());
    }
    headers.keySet().removeIf(name -> name.equals("CC") || name.equals("BCC"));
    headers.put("x-busbar-reason", reason);
    headers.put("x-busbar-route", route.name());
    String id = before.getMessageId();
    BasicProperties properties =
        before
            .builder()
            .headers(headers)
            .userId(null)
            .expiration(null)
            .replyTo(null)
            .messageId(id == null ? UUID.randomUUID().toString() : id)
            .build();
    long deadline = System.nanoTime() + route.confirmTimeout().toNanos();
    return new Outgoing(
        to.exchange(), to.routingKey(), true, properties, delivery.octets(), deadline, false);
  }

  private void tell(String reason) {
    boolean quiet = System.nanoTime() - loggedAt < QUIET_NANOS;
    loggedAt = quiet ? loggedAt : System.nanoTime();
    LOG.log(
        quiet ? Level.DEBUG : Level.WARNING,
        "route {0}: a message is not handled: {1}",
        route.name(),
        reason);
  }
}
