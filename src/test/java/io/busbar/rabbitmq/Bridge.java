package io.busbar.rabbitmq;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * The verticle of RabbitMQ without a node, on a Vert.x of its own or a given one. Used by the
 * thread of its test.
 */
final class Bridge implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final boolean ours;
  private final String deployment;

  private Bridge(Vertx vertx, boolean ours, String deployment) {
    this.vertx = vertx;
    this.ours = ours;
    this.deployment = deployment;
  }

  /**
   * Starts it with these routes, in YAML's flow style, and settings like {@code
   * rabbitmq.key=value}.
   */
  static Bridge start(String uri, String routes, String... settings) {
    return start(Vertx.vertx(), true, uri, routes, settings);
  }

  static Bridge on(Vertx vertx, String uri, String routes, String... settings) {
    return start(vertx, false, uri, routes, settings);
  }

  private static Bridge start(
      Vertx vertx, boolean ours, String uri, String routes, String... settings) {
    List<String> all = new ArrayList<>(List.of("rabbitmq.routes=" + routes));
    all.add("rabbitmq.uri=" + uri);
    all.add("rabbitmq.back-off={first: 100ms, longest: 1s}");
    all.addAll(List.of(settings));
    Config config = ConfigLoader.load(null, Map.of(), all);
    RabbitMqVerticle verticle =
        new RabbitMqVerticle(
            config.rabbitmq(), 200, config.queues().isOnDisk() ? config.data() : null);
    return new Bridge(vertx, ours, wait(vertx.deployVerticle(verticle)));
  }

  static <T> T wait(Future<T> future) {
    try {
      return future.await(PATIENCE.toSeconds(), SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("nothing came", e);
    }
  }

  EventBus bus() {
    return vertx.eventBus();
  }

  Vertx vertx() {
    return vertx;
  }

  JsonObject status() {
    return status(bus());
  }

  JsonObject route(int index) {
    return route(bus(), index);
  }

  /** The status of the verticle on that bus. */
  static JsonObject status(EventBus bus) {
    return wait(bus.<JsonObject>request(RabbitMqVerticle.STATUS, null)).body();
  }

  /** The status of one route of the verticle on that bus. */
  static JsonObject route(EventBus bus, int index) {
    return status(bus).getJsonArray("routes").getJsonObject(index);
  }

  Bridge await(Predicate<Bridge> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> condition.test(this));
    return this;
  }

  /** Returns when all routes have their channels. */
  Bridge awaitOpen() {
    return await(
        bridge ->
            bridge.status().getJsonArray("routes").stream()
                .allMatch(route -> ((JsonObject) route).getBoolean("open")));
  }

  /** Stops the verticle as a node does. */
  Future<Void> stop() {
    return vertx.undeploy(deployment);
  }

  @Override
  public void close() {
    if (ours) {
      wait(vertx.close());
    } else {
      wait(vertx.undeploy(deployment).otherwiseEmpty());
    }
  }
}
