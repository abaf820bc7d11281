package io.busbar.protocol.pusher;

import io.busbar.config.Config;
import io.busbar.config.PusherConfig;
import io.busbar.config.WebhookConfig;
import io.busbar.hub.Hub;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** The objects that the sessions of all apps on this node share. Any thread may use it. */
final class PusherNode {
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private final EventBus bus;
  private final Hub hub;
  private final PusherConfig config;
  private final long pongMillis;
  private final Rosters rosters;
  private final PusherUsers users;
  private final SubscriptionCounts counts;

  /** Selects the events that webhooks of all apps get. */
  private final Predicate<String> isToldOfAll;

  PusherNode(
      Vertx vertx,
      Hub hub,
      Config config,
      List<PusherApp> apps,
      PusherUsers users,
      PusherNodes nodes) {
    this.bus = vertx.eventBus();
    this.hub = hub;
    this.config = config.pusher();
    this.pongMillis = config.http().websocket().pongTimeout().toMillis();
    this.rosters = new Rosters(vertx, hub);
    this.users = users;
    this.isToldOfAll = config::hasWebhookFor;
    List<PusherApp> appsWithReports =
        apps.stream().filter(app -> hasWebhookFor(app, WebhookConfig.SUBSCRIPTION_COUNT)).toList();
    this.counts =
        new SubscriptionCounts(
            vertx,
            hub,
            nodes,
            new CountReports(vertx, appsWithReports, nodes, this::sendToWebhooks));
  }

  Hub hub() {
    return hub;
  }

  PusherConfig config() {
    return config;
  }

  /** Returns the time for the answer to a ping, in milliseconds. */
  long pongMillis() {
    return pongMillis;
  }

  SubscriptionCounts counts() {
    return counts;
  }

  Rosters rosters() {
    return rosters;
  }

  /** Sends an event to the webhooks that want it. They count events that they cannot take. */
  void sendToWebhooks(PusherApp app, JsonObject event) {
    if (hasWebhookFor(app, event.getString("name"))) {
      bus.request(Hub.EVENTS, event.put("time", System.currentTimeMillis()), LOCAL);
    }
  }

  /** Returns whether a webhook, of the app or of all apps, gets such events. */
  private boolean hasWebhookFor(PusherApp app, String event) {
    return isToldOfAll.test(event) || app.config().hasWebhookFor(event);
  }

  /** Returns whether subscribers of the app's channels are counted, for clients or a webhook. */
  boolean isCounted(PusherApp app) {
    return app.config().subscriptionCount() || hasWebhookFor(app, WebhookConfig.SUBSCRIPTION_COUNT);
  }

  /** Returns the connections that have signed in. */
  PusherUsers users() {
    return users;
  }
}
