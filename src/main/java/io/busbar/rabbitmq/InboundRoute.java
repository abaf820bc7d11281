package io.busbar.rabbitmq;

import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Run;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.rabbitmq.QueueOptions;
import io.vertx.rabbitmq.RabbitMQConsumer;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route from a queue of RabbitMQ to the bus. A message is acknowledged when it has arrived there.
 * Owned by the verticle's event loop.
 */
final class InboundRoute implements Route, Link.User {
  private static final long LOOK_MILLIS = 5_000;
  private static final String OFFSET = "x-stream-offset";

  private final Vertx vertx;
  private final Context context;
  private final RabbitMqRoute route;
  private final Counters counters = new Counters();
  private final Link link;
  private final Lease lease;

  /** Null if the queue is not a stream. */
  private final Acks.@Nullable Offset offset;

  private final Delivery.Form form;
  private final @Nullable Publisher deadLetters;
  private final BusDelivery handover;
  private @Nullable Acks acks;
  private @Nullable RabbitMQConsumer consumer;
  private @Nullable Promise<Void> settled;
  private String queue = "";
  private long lookTimer;
  private boolean flushing;
  private boolean openedBefore;
  private long depth;

  /**
   * @param addressLength the most characters of an address
   * @param data the folder for data on disk; null to store nothing
   */
  InboundRoute(
      RabbitMqVerticle.Shared shared,
      RabbitMqRoute route,
      int addressLength,
      @Nullable String data) {
    this.vertx = shared.vertx();
    this.context = vertx.getOrCreateContext();
    this.route = route;
    int messageSize = shared.config().messageSize().asInt();
    this.form = new Delivery.Form(route, messageSize, addressLength);
    this.link = new Link(shared, route.name(), counters, this);
    this.offset = route.isStream() ? new Acks.Offset(vertx, route.name(), data) : null;
    this.lease = new Lease(vertx, route.name());
    this.deadLetters =
        route.deadLetter() == null
            ? null
            : new Publisher(shared, route, new Counters(), publisher -> Future.succeededFuture());
    this.handover = new BusDelivery(vertx, route, counters, deadLetters, this::flushSoon);
  }

  @Override
  public Future<?> start() {
    if (deadLetters != null) {
      deadLetters.start();
    }
    link.start();
    return Future.succeededFuture();
  }

  /** Asks for the lease only here, so only a node that reaches RabbitMQ gets it. */
  @Override
  public Future<Void> prepare() {
    boolean everywhere = route.run() == Run.EVERY_NODE;
    Future<Void> mine = everywhere ? Future.succeededFuture() : lease.take();
    return mine.compose(taken -> Route.declareExchange(link, route))
        .compose(made -> Route.declareQueue(link, route, route.queue()))
        .compose(
            declared -> {
              queue = declared;
              return Route.bind(link, route, queue);
            })
        .compose(bound -> link.ask(client -> client.basicQos(0, route.prefetch(), false)))
        .compose(limited -> begin())
        .compose(this::consume);
  }

  private Future<Map<String, Object>> begin() {
    return offset == null
        ? Future.succeededFuture(Map.of())
        : offset.begin(route.firstOffset(), openedBefore).map(from -> Map.of(OFFSET, from));
  }

  private Future<Void> consume(Map<String, Object> arguments) {
    // The prefetch limits the client's queue. Above its own limit, the client would drop messages.
    QueueOptions options =
        new QueueOptions().setAutoAck(false).setMaxInternalQueueSize(2 * route.prefetch());
    options.setConsumerArguments(arguments);
    Acks fresh = new Acks(link);
    return link.ask(client -> client.basicConsumer(queue, options))
        .compose(
            started -> {
              consumer = started;
              acks = fresh;
              started.exceptionHandler(e -> link.reopen(LinkConnection.words(e)));
              started.handler(message -> take(fresh, message));
              started.endHandler(gone -> context.runOnContext(here -> cancelled(fresh)));
              return link.hasChannel() ? Future.succeededFuture() : refused(started);
            });
  }

  /**
   * The client takes a refused consumer for a started one, and would retry for ever. To cancel it
   * ends that.
   */
  private Future<Void> refused(RabbitMQConsumer refused) {
    refused.endHandler(null);
    return link.work(refused::cancel)
        .otherwiseEmpty()
        .compose(
            cancelled ->
                Future.failedFuture(
                    new LinkConnection.LinkException("the queue cannot be consumed")));
  }

  private void cancelled(Acks of) {
    if (of == acks && settled == null) {
      link.reopen("queue " + queue + " was deleted, or its consumer cancelled");
    }
  }

  private void take(Acks of, RabbitMQMessage message) {
    if (!of.isEnded()) {
      counters.in++;
      Delivery delivery = form.ready(of, message);
      of.delivered(delivery.tag(), delivery.offset());
      handover.take(delivery);
    }
  }

  /** Flushes in a later task, so messages that finish until then are settled together. */
  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      context.runOnContext(
          later -> {
            flushing = false;
            flush();
          });
    }
  }

  private void flush() {
    if (acks != null) {
      acks.flush();
      if (offset != null) {
        offset.handled(acks.handledOffset());
      }
      if (settled != null && acks.size() == 0) {
        settled.tryComplete();
      }
    }
  }

  @Override
  public void opened() {
    openedBefore = true;
    lookLater(acks);
  }

  @Override
  public void closed() {
    vertx.cancelTimer(lookTimer);
    if (route.run() == Run.ONE_NODE) {
      lease.release();
    }
    if (acks != null) {
      acks.end();
      acks = null;
    }
    if (settled != null) {
      settled.tryComplete();
    }
  }

  /**
   * Checks the exchange at intervals. A deleted queue cancels its consumer, but nobody is told of a
   * deleted exchange.
   */
  private void lookLater(@Nullable Acks of) {
    if (of == acks) {
      lookTimer = vertx.setTimer(LOOK_MILLIS, timer -> look().onComplete(then -> lookLater(of)));
    }
  }

  private Future<Long> look() {
    return Route.bindAgain(link, route, queue)
        .compose(bound -> link.ask(client -> client.messageCount(queue)))
        .onSuccess(count -> depth = count);
  }

  @Override
  public Future<Void> stop(long millis) {
    Promise<Void> all = Promise.promise();
    settled = all;
    handover.hurry();
    vertx.setTimer(millis, timer -> all.tryComplete());
    Acks last = acks;
    RabbitMQConsumer ending = consumer;
    Future<Void> deaf = Future.succeededFuture();
    if (last == null || ending == null) {
      all.tryComplete();
    } else {
      ending.endHandler(null);
      deaf = link.work(ending::cancel).mapEmpty();
    }
    return deaf.otherwiseEmpty()
        .onComplete(cancelled -> flush())
        .compose(cancelled -> all.future())
        .compose(done -> last == null ? Future.succeededFuture() : last.flush())
        .otherwiseEmpty()
        .compose(flushed -> keepOffset(last))
        .otherwiseEmpty()
        .compose(flushed -> link.stop())
        .onComplete(closed -> lease.release())
        .compose(
            closed -> deadLetters == null ? Future.succeededFuture() : deadLetters.drain(millis));
  }

  private Future<Void> keepOffset(@Nullable Acks last) {
    return offset == null || last == null || last.isEnded()
        ? Future.succeededFuture()
        : offset.end(last.handledOffset());
  }

  @Override
  public List<Link> links() {
    return deadLetters == null ? List.of(link) : List.of(link, deadLetters.link());
  }

  @Override
  public JsonObject status() {
    return new JsonObject()
        .put("name", route.name())
        .put("direction", "in")
        .put("address", route.address())
        .put("open", link.isOpen())
        .put("blocked", false)
        .put("trouble", link.routeTrouble())
        .mergeIn(counters.toJson())
        .put("lag", depth + (acks == null ? 0 : acks.size()));
  }
}
