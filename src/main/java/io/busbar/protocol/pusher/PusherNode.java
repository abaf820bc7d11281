package io.busbar.protocol.pusher;

import io.busbar.config.Config;
import io.busbar.config.PusherConfig;
import io.busbar.hub.Hub;
import io.vertx.core.Vertx;

/** What the sessions of all apps on this node share. Any thread may use it. */
final class PusherNode {
  private final Hub hub;
  private final PusherConfig config;
  private final long pongMillis;
  private final Rosters rosters;
  private final PusherUsers users;
  private final SubscriptionCounts counts;

  PusherNode(Vertx vertx, Hub hub, Config config, PusherUsers users, PusherNodes nodes) {
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

  /** The connections that have signed in. */
  PusherUsers users() {
    return users;
  }
}
