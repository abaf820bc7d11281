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

/** What the sessions of all apps on this node share. Any thread may use it. */
final class PusherNode {
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private final EventBus bus;
  private final Hub hub;
  private final PusherConfig config;
  private final long pongMillis;
  private final Rosters rosters;
  private final PusherUsers users;
  private final SubscriptionCounts counts;

  /** Which events webhooks tell, whatever app they are of. */
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
    this.isToldOfAll = config::isTold;
    List<PusherApp> told =
        apps.stream().filter(app -> isTold(app, WebhookConfig.SUBSCRIPTION_COUNT)).toList();
    this.counts =
        new SubscriptionCounts(vertx, hub, nodes, new ToldCounts(vertx, told, nodes, this::tell));
  }

  Hub hub() {
    return hub;
  }

  PusherConfig config() {
    return config;
  }

  /** How long a client may take to answer a ping. */
  long pongMillis() {
    return pongMillis;
  }

  SubscriptionCounts counts() {
    return counts;
  }

  Rosters rosters() {
    return rosters;
  }

  /** Tells webhooks, where one wants to know; what they do not take is counted there. */
  void tell(PusherApp app, JsonObject event) {
    if (isTold(app, event.getString("name"))) {
      bus.request(Hub.EVENTS, event.put("time", System.currentTimeMillis()), LOCAL);
    }
  }

  /** Whether a webhook, of the app's or of all, tells of such an event. */
  private boolean isTold(PusherApp app, String event) {
    return isToldOfAll.test(event) || app.config().isTold(event);
  }

  /** Whether it is counted how many listen to a channel of the app: for clients or a webhook. */
  boolean isCounted(PusherApp app) {
    return app.config().subscriptionCount() || isTold(app, WebhookConfig.SUBSCRIPTION_COUNT);
  }

  /** The connections that have signed in. */
  PusherUsers users() {
    return users;
  }
}
