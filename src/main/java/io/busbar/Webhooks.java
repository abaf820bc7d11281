package io.busbar;

import io.busbar.config.WebhookConfig;
import io.busbar.hub.Hub;
import io.busbar.webhook.WebhookVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.List;

/** The verticle of webhooks, where there are any: before the queues, and after the clients. */
final class Webhooks {
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final Vertx vertx;
  private final Hub hub;
  private final List<WebhookConfig> configs;

  /** Null where there are none. */
  private volatile String deployment;

  Webhooks(Vertx vertx, Hub hub, List<WebhookConfig> configs) {
    this.vertx = vertx;
    this.hub = hub;
    this.configs = configs;
  }

  /** Completes when the queues may ask. */
  Future<Void> deploy() {
    return configs.isEmpty()
        ? Future.succeededFuture()
        : vertx
            .deployVerticle(new WebhookVerticle(configs, hub::isKeptFromAll))
            .recover(e -> Future.failedFuture(new StartException(e.getMessage(), e)))
            .onSuccess(deployed -> deployment = deployed)
            .mapEmpty();
  }

  /** The queues are there: completes when events are taken in. */
  Future<Void> begin() {
    return deployment == null
        ? Future.succeededFuture()
        : vertx.eventBus().request(WebhookVerticle.BEGIN, null, HERE).mapEmpty();
  }

  /** Will first send what it can. */
  Future<Void> close() {
    return deployment == null
        ? Future.succeededFuture()
        : vertx.undeploy(deployment).<Void>mapEmpty().otherwiseEmpty();
  }
}
