package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.busbar.config.RabbitMqConfig.BackOff;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.DeadLetter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Where an inbound route's messages go that cannot be handled: with the reason in x-busbar-reason
 * and the queue's route in x-busbar-route. Belongs to the verticle's event loop.
 */
final class DeadLetters {
  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final RabbitMqRoute route;
  private final Publisher publisher;
  private long toldAt = System.nanoTime() - QUIET_NANOS;

  /**
   * @param link null where the route has no dead letters of its own
   */
  DeadLetters(Vertx vertx, BrokerLink link, RabbitMqRoute route, BackOff backOff) {
    this.route = route;
    this.publisher =
        route.deadLetter() == null
            ? null
            : new Publisher(vertx, link, route, backOff, new RouteCounters(), channel -> {});
  }

  void start() {
    if (publisher != null) {
      publisher.start();
    }
  }

  /**
   * Will complete with true when RabbitMQ has it there; with false, at once, where the route has no
   * dead letters and the queue's own arguments decide.
   */
  Future<Boolean> bury(Delivery delivery, String reason) {
    tell(reason);
    if (publisher == null) {
      return Future.succeededFuture(false);
    }
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
    DeadLetter to = route.deadLetter();
    long deadline = System.nanoTime() + route.confirmTimeout().toNanos();
    return publisher
        .publish(
            new Outgoing(
                to.exchange(), to.routingKey(), true, properties, delivery.octets(), deadline))
        .map(true)
        .onFailure(e -> tell("no dead letter: " + e.getMessage()));
  }

  private void tell(String reason) {
    boolean quiet = System.nanoTime() - toldAt < QUIET_NANOS;
    toldAt = quiet ? toldAt : System.nanoTime();
    LOG.log(
        quiet ? Level.DEBUG : Level.WARNING,
        "route {0}: a message is not handled: {1}",
        route.name(),
        reason);
  }

  Future<Void> stop(long millis) {
    return publisher == null ? Future.succeededFuture() : publisher.drain(millis);
  }
}
