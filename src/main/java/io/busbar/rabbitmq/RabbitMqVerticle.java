package io.busbar.rabbitmq;

import io.busbar.config.RabbitMqConfig;
import io.busbar.config.RabbitMqRoute;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Queues and exchanges of RabbitMQ, joined to addresses: one connection to consume, one to publish,
 * so that an alarm that blocks the one leaves the other, and a channel for each route. Starts
 * without RabbitMQ. All state is its event loop's; one instance per node.
 *
 * <p>{@link #STATUS} answers its own node with {@code {"connected":true,"uri":"…","routes":[…]}}.
 */
public final class RabbitMqVerticle extends VerticleBase {
  /** Answers how things are; of this node. */
  public static final String STATUS = "busbar.rabbitmq.status";

  private final RabbitMqConfig config;
  private final int addressLength;
  private final List<Route> inbound = new ArrayList<>();
  private final List<Route> outbound = new ArrayList<>();
  private BrokerLink consuming;
  private BrokerLink publishing;

  /**
   * @param addressLength characters that an address may have
   */
  public RabbitMqVerticle(RabbitMqConfig config, int addressLength) {
    this.config = config;
    this.addressLength = addressLength;
  }

  @Override
  public Future<?> start() {
    Trust trust = new Trust(vertx, config.tls());
    boolean consumes = config.routes().stream().anyMatch(RabbitMqRoute::isInbound);
    boolean publishes = config.routes().stream().anyMatch(RabbitMqVerticle::publishes);
    consuming = consumes ? new BrokerLink(vertx, config, trust, "consuming") : null;
    publishing = publishes ? new BrokerLink(vertx, config, trust, "publishing") : null;
    try {
      config.routes().forEach(this::add);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture("rabbitmq.routes: " + e.getMessage());
    }
    List<Future<?>> started = new ArrayList<>();
    routes().forEach(route -> started.add(route.start()));
    started.add(
        vertx.eventBus().localConsumer(STATUS, message -> message.reply(status())).completion());
    links().forEach(BrokerLink::open);
    return Future.all(started);
  }

  private static boolean publishes(RabbitMqRoute route) {
    return !route.isInbound() || route.deadLetter() != null;
  }

  private void add(RabbitMqRoute route) {
    if (route.isInbound()) {
      DeadLetters deadLetters = new DeadLetters(vertx, publishing, route, config.backOff());
      inbound.add(
          new InboundRoute(
              vertx, consuming, route, config, new RouteCounters(), deadLetters, addressLength));
    } else {
      outbound.add(new OutboundRoute(vertx, publishing, route, config.backOff()));
    }
  }

  private List<Route> routes() {
    List<Route> routes = new ArrayList<>(inbound);
    routes.addAll(outbound);
    return routes;
  }

  private List<BrokerLink> links() {
    List<BrokerLink> links = new ArrayList<>();
    if (consuming != null) {
      links.add(consuming);
    }
    if (publishing != null) {
      links.add(publishing);
    }
    return links;
  }

  private JsonObject status() {
    JsonArray routes = new JsonArray();
    routes().forEach(route -> routes.add(route.status()));
    String trouble = null;
    for (BrokerLink link : links()) {
      trouble = trouble == null ? link.trouble() : trouble;
    }
    return new JsonObject()
        .put("connected", links().stream().allMatch(BrokerLink::isUp))
        .put("uri", String.join(", ", config.maskedUris()))
        .put("trouble", trouble)
        .put("routes", routes);
  }

  /** Will stop consuming first, so that what that leads to can still be published. */
  @Override
  public Future<?> stop() {
    long millis = config.drainTimeout().toMillis();
    return Future.join(inbound.stream().map(route -> route.stop(millis)).toList())
        .otherwiseEmpty()
        .compose(
            stopped -> Future.join(outbound.stream().map(route -> route.stop(millis)).toList()))
        .otherwiseEmpty()
        .compose(drained -> Future.join(links().stream().map(BrokerLink::close).toList()))
        .otherwiseEmpty();
  }
}
