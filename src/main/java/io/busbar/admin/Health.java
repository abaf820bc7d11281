package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The health of this node, for load balancers and supervisors. {@code /health/live} fails if a
 * restart would help. {@code /health/ready} fails if clients should go to other nodes. The status
 * is 200 or 503. The JSON of vertx-health-check is only for callers that {@link AdminGuard} knows.
 * Used by the admin verticle's event loop.
 */
final class Health {
  private static final long LOOP_MILLIS = 2_000;
  private static final long BUS_MILLIS = 2_000;

  /** The checks have shorter limits of their own. */
  private static final long CHECK_MILLIS = 5_000;

  private final Vertx vertx;
  private final EventLoops loops;
  private final ComponentStatus components;
  private final Readiness readiness;
  private final HealthChecks live;
  private final HealthChecks ready;
  private final String probe = "busbar.probe." + UUID.randomUUID();

  Health(Vertx vertx, EventLoops loops, ComponentStatus components, Readiness readiness) {
    this.vertx = vertx;
    this.loops = loops;
    this.components = components;
    this.readiness = readiness;
    this.live = HealthChecks.create(vertx);
    this.ready = HealthChecks.create(vertx);
    check(live, "event-loops", this::eventLoops);
    check(ready, "event-loops", this::eventLoops);
    check(ready, "bus", this::bus);
    check(ready, "cluster", this::cluster);
    check(ready, "rabbitmq", this::rabbitMq);
    check(ready, "draining", this::draining);
  }

  /** Will complete when the bus knows the address of this node's probe. */
  Future<Void> start() {
    return vertx.eventBus().consumer(probe, message -> message.reply(null)).completion();
  }

  void mount(Router router) {
    router.get("/health/live").handler(routing -> answer(routing, live));
    router.get("/health/ready").handler(routing -> answer(routing, ready));
  }

  /** Will return the reasons why the node is not ready; empty if it is. */
  Future<List<String>> obstacles() {
    Promise<List<String>> answer = Promise.promise();
    ready.invoke(
        outcome ->
            answer.complete(
                outcome.getJsonArray("checks", new JsonArray()).stream()
                    .map(JsonObject.class::cast)
                    .filter(check -> !"UP".equals(check.getString("status")))
                    .map(Health::words)
                    .toList()));
    return answer.future();
  }

  private static String words(JsonObject check) {
    JsonObject given = check.getJsonObject("data");
    JsonObject data = given == null ? new JsonObject() : given;
    JsonArray silent = data.getJsonArray("silent");
    String reason =
        silent == null
            ? data.getString("reason", data.getString("cause", "it fails"))
            : "these run nothing that they are given: " + silent.encode();
    return check.getString("id") + ": " + reason;
  }

  private static void check(HealthChecks checks, String name, Supplier<Future<Status>> question) {
    checks.register(name, CHECK_MILLIS, promise -> question.get().onComplete(promise));
  }

  private static void answer(RoutingContext routing, HealthChecks checks) {
    checks.invoke(
        outcome -> {
          boolean up = "UP".equals(outcome.getString("outcome"));
          JsonObject shown =
              AdminGuard.isKnown(routing)
                  ? outcome
                  : new JsonObject().put("status", outcome.getString("status"));
          Answers.json(routing, up ? 200 : 503, shown);
        });
  }

  private Future<Status> eventLoops() {
    return loops
        .silent(LOOP_MILLIS)
        .map(
            silent -> {
              JsonObject data = new JsonObject().put("loops", loops.count());
              return silent.isEmpty()
                  ? Status.OK(data)
                  : Status.KO(data.put("silent", new JsonArray(silent)));
            });
  }

  /** Asks this node over the bus: one that was cut off from its cluster may no longer hear it. */
  private Future<Status> bus() {
    return vertx
        .eventBus()
        .request(probe, null, new DeliveryOptions().setSendTimeout(BUS_MILLIS))
        .map(received -> Status.OK())
        .otherwise(cause -> Status.KO(reason("the node does not hear itself on the bus")));
  }

  private Future<Status> cluster() {
    return components
        .cluster()
        .map(
            told ->
                told == null
                    ? Status.OK(new JsonObject().put("clustered", false))
                    : new Status().setOk(told.getBoolean("healthy", true)).setData(told))
        .otherwise(cause -> Status.KO(reason("the cluster's state cannot be told")));
  }

  /** Reports a lost connection and stays up, because clients need no RabbitMQ. */
  private Future<Status> rabbitMq() {
    return components
        .rabbitMq()
        .map(
            told -> {
              if (told == null) {
                return Status.OK(new JsonObject().put("configured", false));
              }
              boolean connected = told.getBoolean("connected", false);
              JsonObject data = new JsonObject().put("connected", connected);
              return Status.OK(connected ? data : data.put("degraded", true));
            })
        .otherwise(cause -> Status.OK(reason("it does not answer").put("degraded", true)));
  }

  private Future<Status> draining() {
    boolean draining = readiness.isDraining();
    return Future.succeededFuture(
        draining ? Status.KO(reason("this node is about to leave")) : Status.OK());
  }

  private static JsonObject reason(String words) {
    return new JsonObject().put("reason", words);
  }
}
