package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.busbar.config.RabbitMqConfig.BackOff;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Run;
import io.busbar.rabbitmq.Refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.UUID;

/**
 * From an address into RabbitMQ. On every node it hears what its own node says, so that each
 * message goes into RabbitMQ once; on one node it hears them all. Belongs to the verticle's event
 * loop.
 */
final class OutboundRoute implements Route {
  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final Vertx vertx;
  private final RabbitMqRoute route;
  private final Lease lease;
  private final RouteCounters counters = new RouteCounters();
  private final Publisher publisher;
  private final String ids = UUID.randomUUID() + "-";
  private long lastId;
  private MessageConsumer<Object> consumer;
  private long toldAt = System.nanoTime() - QUIET_NANOS;

  OutboundRoute(Vertx vertx, BrokerLink link, RabbitMqRoute route, BackOff backOff) {
    this.vertx = vertx;
    this.route = route;
    this.lease = new Lease(vertx, route.name());
    this.publisher =
        new Publisher(
            vertx,
            link,
            route,
            backOff,
            counters,
            channel -> Topology.declareOutbound(channel, route));
  }

  @Override
  public Future<?> start() {
    publisher.start();
    EventBus bus = vertx.eventBus();
    if (route.run() == Run.EVERY_NODE || !vertx.isClustered()) {
      consumer = bus.localConsumer(route.address(), this::accept);
      return consumer.completion();
    }
    lease.take(() -> consumer = bus.consumer(route.address(), this::accept));
    return Future.succeededFuture();
  }

  private void accept(Message<Object> message) {
    counters.in++;
    Outgoing outgoing;
    try {
      outgoing = outgoing(message);
    } catch (RefusedException e) {
      refused(message, e);
      return;
    }
    publisher
        .publish(outgoing)
        .onSuccess(confirmed -> message.reply(null))
        .onFailure(e -> refused(message, e));
  }

  private Outgoing outgoing(Message<Object> message) {
    Object body = message.body();
    if (AmqpPayload.contentType(body) == null) {
      throw Refusal.NOT_SENDABLE.exception();
    }
    boolean asked = message.replyAddress() != null;
    if (asked && publisher.isBlocked()) {
      throw Refusal.BLOCKED.exception();
    }
    BasicProperties properties =
        AmqpHeaders.fromBus(message.headers(), body, route.persistent(), ids + ++lastId);
    return new Outgoing(
        route.exchange(),
        route.routingKey(),
        route.mandatory(),
        properties,
        AmqpPayload.octets(body),
        asked ? System.nanoTime() + route.confirmTimeout().toNanos() : null);
  }

  /** Who published without asking cannot be told: the log is, at most every ten seconds. */
  private void refused(Message<Object> message, Throwable cause) {
    counters.dropped++;
    if (message.replyAddress() != null) {
      Refusal refusal = ((RefusedException) cause).refusal();
      message.fail(refusal.code(), refusal.words());
    } else if (System.nanoTime() - toldAt > QUIET_NANOS) {
      toldAt = System.nanoTime();
      LOG.log(
          Level.WARNING,
          "route {0} dropped a message: {1} ({2} so far)",
          route.name(),
          cause.getMessage(),
          Long.toString(counters.dropped));
    }
  }

  @Override
  public Future<Void> stop(long millis) {
    Future<Void> deaf = consumer == null ? Future.succeededFuture() : consumer.unregister();
    return deaf.otherwiseEmpty()
        .compose(gone -> publisher.drain(millis))
        .onComplete(done -> lease.release());
  }

  @Override
  public JsonObject status() {
    return new JsonObject()
        .put("name", route.name())
        .put("direction", "out")
        .put("address", route.address())
        .put("open", publisher.isOpen())
        .put("blocked", publisher.isBlocked())
        .put("trouble", publisher.trouble())
        .mergeIn(counters.toJson())
        .put("lag", publisher.size());
  }
}
