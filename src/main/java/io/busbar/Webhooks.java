package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.PusherConfig;
import io.busbar.config.Reason;
import io.busbar.config.WebhookConfig;
import io.busbar.hub.Hub;
import io.busbar.webhook.WebhookVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the verticle of webhooks, if there are any. It starts before the queues, and ends after
 * the clients. Any thread may use it.
 */
final class Webhooks {
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final Vertx vertx;
  private final Hub hub;
  private final List<WebhookConfig> configs;
  private final Map<String, PusherConfig.App> apps;

  /** Null without webhooks. */
  private volatile @Nullable String deployment;

  Webhooks(Vertx vertx, Hub hub, Config config) {
    this.vertx = vertx;
    this.hub = hub;
    this.configs = config.allWebhooks();
    this.apps = config.appsOfWebhooks();
  }

  /** Completes when the queues may ask the senders. */
  Future<Void> deploy() {
    return configs.isEmpty()
        ? Future.succeededFuture()
        : vertx
            .deployVerticle(new WebhookVerticle(configs, apps, hub::isKeptFromAll))
            .recover(e -> Future.failedFuture(new StartException(Reason.of(e), e)))
            .onSuccess(deployed -> deployment = deployed)
            .mapEmpty();
  }

  /** The queues are open. Completes when events are taken in. */
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
