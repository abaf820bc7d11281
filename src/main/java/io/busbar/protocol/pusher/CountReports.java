package io.busbar.protocol.pusher;

import io.busbar.config.WebhookConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the numbers of subscribers to webhooks of apps that want them. Each node gets all counts
 * and knows the last report, and the owner of the channel's address reports. So a new owner
 * continues where the old one ended. Any thread may use it where a method says no other.
 */
final class CountReports {
  private static final long AUDIT_MILLIS = 30_000;

  /** Prefix of the names whose owners verify the counts of an app. */
  private static final String AUDIT = "busbar.pusher.counted.";

  private final Vertx vertx;
  private final BiConsumer<PusherApp, JsonObject> webhooks;
  private final PusherNodes nodes;
  private final List<PusherApp> apps;

  /** By address; each entry is changed only on the event loop of its address. */
  private final Map<String, CountReport> counts = new ConcurrentHashMap<>();

  /**
   * @param apps apps whose webhooks want counts
   * @param webhooks are given an event of an app
   */
  CountReports(
      Vertx vertx,
      List<PusherApp> apps,
      PusherNodes nodes,
      BiConsumer<PusherApp, JsonObject> webhooks) {
    this.vertx = vertx;
    this.webhooks = webhooks;
    this.nodes = nodes;
    this.apps = apps;
  }

  /** Handles a count of some node. Only for the event loop of the address. */
  void counted(String address, int count) {
    CountReport its = counts.get(address);
    if (its == null) {
      PusherApp app = app(address);
      if (app == null || count == 0) {
        return;
      }
      its = new CountReport(this, app, address);
      counts.put(address, its);
    }
    its.counted(count);
  }

  /**
   * Returns the first app with such a channel. Webhooks of others with the same address get it,
   * too.
   */
  private @Nullable PusherApp app(String address) {
    for (PusherApp app : apps) {
      String name = app.channel(address);
      ChannelName channel = name == null ? null : ChannelName.of(name);
      if (channel != null && channel.isCounted()) {
        return app;
      }
    }
    return null;
  }

  /** Reports to the webhooks if this node is the owner. */
  void report(PusherApp app, String address, int count) {
    if (nodes.owns(address)) {
      webhooks.accept(
          app,
          new JsonObject()
              .put("name", WebhookConfig.SUBSCRIPTION_COUNT)
              .put("channel", address)
              .put("subscription_count", count));
    }
  }

  /** Drops the channel. Only for the event loop of the address. */
  void forget(String address) {
    counts.remove(address);
  }

  /** Will recount channels whose last clients were on a node that died. */
  void audit(SubscriptionCounts all) {
    if (!apps.isEmpty()) {
      vertx.setPeriodic(AUDIT_MILLIS, id -> apps.forEach(app -> audit(all, app)));
    }
  }

  private void audit(SubscriptionCounts all, PusherApp app) {
    if (counts.isEmpty() || !nodes.owns(AUDIT + app.id())) {
      return;
    }
    nodes
        .channels(app, "")
        .onSuccess(
            there ->
                counts.forEach(
                    (address, its) -> {
                      String channel = app.channel(address);
                      if (channel != null
                          && its.isOf(app)
                          && its.count() != there.getOrDefault(channel, 0)) {
                        all.count(app, channel).onSuccess(count -> all.report(address, count));
                      }
                    }));
  }

  Vertx vertx() {
    return vertx;
  }
}
