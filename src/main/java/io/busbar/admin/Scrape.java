package io.busbar.admin;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: the metrics of the gateway and of the JVM. The first scrape makes the registry,
 * which costs nothing before. Vert.x's own metrics stay off, because they would count for each
 * message what the hub already counts. Scrapes run on worker threads, one after the other. Only
 * they use the registry. All else is used by the admin verticle's event loop.
 */
final class Scrape {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final Vertx vertx;
  private final Metrics metrics;
  private final ComponentStatus components;
  private @Nullable PrometheusMeterRegistry registry;
  private @Nullable JvmGcMetrics collections;

  Scrape(Vertx vertx, Metrics metrics, ComponentStatus components) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.components = components;
  }

  void mount(Router router) {
    router.get("/metrics").handler(this::answer);
  }

  private void answer(RoutingContext routing) {
    String accept = routing.request().getHeader(HttpHeaders.ACCEPT);
    String type =
        accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
    Future<@Nullable JsonObject> cluster = components.cluster().otherwiseEmpty();
    Future<@Nullable JsonObject> rabbitMq = components.rabbitMq().otherwiseEmpty();
    Future<@Nullable JsonObject> webhooks = components.webhooks().otherwiseEmpty();
    Future.all(cluster, rabbitMq, webhooks)
        .compose(
            told -> {
              metrics.components(cluster.result(), rabbitMq.result(), webhooks.result());
              return vertx.executeBlocking(() -> registry().scrape(type));
            })
        .onSuccess(page -> routing.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(page))
        .onFailure(routing::fail);
  }

  private PrometheusMeterRegistry registry() {
    if (registry != null) {
      return registry;
    }
    JvmGcMetrics gc = new JvmGcMetrics();
    collections = gc;
    PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    List<MeterBinder> jvm =
        List.of(
            new JvmMemoryMetrics(),
            gc,
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());
    jvm.forEach(binder -> binder.bindTo(made));
    made.getPrometheusRegistry().register(metrics);
    registry = made;
    return made;
  }

  /** Will close the registry, which then no longer listens to the garbage collector. */
  Future<Void> close() {
    return vertx.executeBlocking(
        () -> {
          if (collections != null) {
            collections.close();
          }
          if (registry != null) {
            registry.close();
          }
          return null;
        });
  }
}
