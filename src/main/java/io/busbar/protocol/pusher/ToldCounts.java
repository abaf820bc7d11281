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
 * Tells webhooks how many clients of all nodes listen to channels, where an app's wants to know.
 * Each node hears all counts and knows what was told; the owner of the channel's address tells. So
 * its successor goes on where it ended. Any thread may use it, unless it says otherwise.
 */
final class ToldCounts {
  private static final long AUDIT_MILLIS = 30_000;

  /** Behind it the app: whose owner looks whether counts are still so. */
  private static final String AUDIT = "busbar.pusher.counted.";

  private final Vertx vertx;
  private final BiConsumer<PusherApp, JsonObject> webhooks;
  private final PusherNodes nodes;
  private final List<PusherApp> apps;

  /** By address, each changed on its address's event loop only. */
  private final Map<String, ToldCount> counts = new ConcurrentHashMap<>();

  /**
   * @param apps those whose webhooks want to know
   * @param webhooks are given an event of an app
   */
  ToldCounts(
      Vertx vertx,
      List<PusherApp> apps,
      PusherNodes nodes,
      BiConsumer<PusherApp, JsonObject> webhooks) {
    this.vertx = vertx;
    this.webhooks = webhooks;
    this.nodes = nodes;
    this.apps = apps;
  }

  /** Some node has counted; called on the event loop of the address. */
  void counted(String address, int count) {
    ToldCount its = counts.get(address);
    if (its == null) {
      PusherApp app = app(address);
      if (app == null || count == 0) {
        return;
      }
      its = new ToldCount(this, app, address);
      counts.put(address, its);
    }
    its.counted(count);
  }

  /**
   * The first one that has such a channel; webhooks of others with the same address hear it, too.
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

  /** Tells the webhooks, if that is for this node to do. */
  void tell(PusherApp app, String address, int count) {
    if (nodes.owns(address)) {
      webhooks.accept(
          app,
          new JsonObject()
              .put("name", WebhookConfig.SUBSCRIPTION_COUNT)
              .put("channel", address)
              .put("subscription_count", count));
    }
  }

  /** Called on the event loop of the address. */
  void forget(String address) {
    counts.remove(address);
  }

  /** Will have channels counted again whose last clients were at a node that died. */
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
                      if (its.isOf(app) && its.count() != there.getOrDefault(channel, 0)) {
                        all.count(app, channel).onSuccess(count -> all.tell(address, count));
                      }
                    }));
  }

  Vertx vertx() {
    return vertx;
  }
}
