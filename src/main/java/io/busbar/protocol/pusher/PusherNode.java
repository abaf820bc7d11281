package io.busbar.protocol.pusher;

import io.busbar.config.Config;
import io.busbar.config.PusherConfig;
import io.busbar.hub.Hub;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

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

  PusherNode(Vertx vertx, Hub hub, Config config, PusherUsers users, PusherNodes nodes) {
    this.bus = vertx.eventBus();
    this.hub = hub;
    this.config = config.pusher();
    this.pongMillis = config.http().websocket().pongTimeout().toMillis();
    this.rosters = new Rosters(vertx, hub);
    this.users = users;
    this.counts = new SubscriptionCounts(vertx, hub, nodes);
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

  /** Tells the app's webhooks, where one wants to know; what they do not take is counted there. */
  void tell(PusherApp app, JsonObject event) {
    if (app.config().isTold(event.getString("name"))) {
      bus.request(Hub.EVENTS, event.put("time", System.currentTimeMillis()), LOCAL);
    }
  }

  /** The connections that have signed in. */
  PusherUsers users() {
    return users;
  }
}
