package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Run;
import io.busbar.config.Reason;
import io.busbar.rabbitmq.Outgoing.Refusal;
import io.busbar.rabbitmq.Outgoing.Refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A route from an address into RabbitMQ. A route that runs on every node hears only the messages of
 * its own node. So each message goes into RabbitMQ once. A route that runs on one node hears all
 * messages. Owned by the verticle's event loop.
 */
final class OutboundRoute implements Route {
  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");

  /** The header of a queue of ours that keeps the message until it is answered. */
  private static final String KEPT = "busbar-kept";

  private static final long QUIET_NANOS = 10_000_000_000L;

  private final Vertx vertx;
  private final RabbitMqRoute route;
  private final Lease lease;
  private final Counters counters = new Counters();
  private final Publisher publisher;
  private final String ids = UUID.randomUUID() + "-";
  private long lastId;
  private @Nullable MessageConsumer<Object> consumer;
  private long loggedAt = System.nanoTime() - QUIET_NANOS;

  OutboundRoute(RabbitMqVerticle.Shared shared, RabbitMqRoute route) {
    this.vertx = shared.vertx();
    this.route = route;
    this.lease = new Lease(vertx, route.name());
    this.publisher = new Publisher(shared, route, counters, this::declare);
  }

  /** Declares the exchange, or the queue that the default exchange would route to. */
  private Future<?> declare(Link link) {
    return route.exchange().isEmpty()
        ? Route.declareQueue(link, route, route.routingKey())
        : Route.declareExchange(link, route);
  }

  @Override
  public Future<?> start() {
    publisher.start();
    EventBus bus = vertx.eventBus();
    if (route.run() == Run.EVERY_NODE || !vertx.isClustered()) {
      MessageConsumer<Object> here = bus.localConsumer(route.address(), this::accept);
      consumer = here;
      return here.completion();
    }
    lease.take().onSuccess(taken -> consumer = bus.consumer(route.address(), this::accept));
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
    String kept = asked ? message.headers().get(KEPT) : null;
    if (asked && kept == null && publisher.link().isBlocked()) {
      throw Refusal.BLOCKED.exception();
    }
    String id = kept == null ? ids + ++lastId : kept;
    BasicProperties properties =
        AmqpHeaders.fromBus(message.headers(), body, route.persistent(), id);
    Outgoing outgoing =
        new Outgoing(
            route.exchange(),
            route.routingKey(),
            route.mandatory(),
            properties,
            AmqpPayload.octets(body),
            asked ? System.nanoTime() + route.confirmTimeout().toNanos() : null,
            kept != null);
    if (kept != null && message.headers().contains(AmqpHeaders.REDELIVERED)) {
      outgoing.markRedelivered();
    }
    return outgoing;
  }

  /**
   * Fails the request. Without a reply address, the loss is logged instead, at most every ten
   * seconds.
   */
  private void refused(Message<Object> message, Throwable cause) {
    Refusal refusal = ((RefusedException) cause).refusal();
    if (refusal == Refusal.NOT_NOW || refusal == Refusal.IN_DOUBT) {
      message.fail(refusal.code(), refusal.words());
      return;
    }
    counters.dropped++;
    if (message.replyAddress() != null) {
      message.fail(refusal.code(), refusal.words());
    } else if (System.nanoTime() - loggedAt > QUIET_NANOS) {
      loggedAt = System.nanoTime();
      LOG.log(
          Level.WARNING,
          "route {0} dropped a message: {1} ({2} so far)",
          route.name(),
          Reason.of(cause),
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
  public List<Link> links() {
    return List.of(publisher.link());
  }

  @Override
  public JsonObject status() {
    return new JsonObject()
        .put("name", route.name())
        .put("direction", "out")
        .put("address", route.address())
        .put("open", publisher.link().isOpen())
        .put("blocked", publisher.link().isBlocked())
        .put("trouble", publisher.link().routeTrouble())
        .mergeIn(counters.toJson())
        .put("lag", publisher.size());
  }
}
