package io.busbar.protocol.pusher;

import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The numbers of subscribers on all nodes, for clients of this node and for webhooks. The node with
 * a change asks all nodes, and reports the result to all. Any thread may use it.
 */
final class SubscriptionCounts {
  private static final String ADDRESS = "busbar.pusher.counted";

  private final Vertx vertx;
  private final Hub hub;
  private final PusherNodes nodes;
  private final CountReports reports;

  /** Each entry is changed only on the event loop of its address. */
  private final Map<String, SubscriptionCount> counts = new ConcurrentHashMap<>();

  /**
   * @param reports gets all counts, for webhooks
   */
  SubscriptionCounts(Vertx vertx, Hub hub, PusherNodes nodes, CountReports reports) {
    this.vertx = vertx;
    this.hub = hub;
    this.nodes = nodes;
    this.reports = reports;
    reports.audit(this);
    vertx.eventBus().consumer(ADDRESS, this::counted);
  }

  /** Adds a session of the channel, which gets reports from now on. */
  void comes(PusherApp app, String channel, Session session) {
    String address = app.address(channel);
    on(
        address,
        () ->
            counts
                .computeIfAbsent(address, its -> new SubscriptionCount(this, app, channel))
                .comes(session, app.config().subscriptionCount()));
  }

  /** Removes a session of the channel. */
  void leaves(PusherApp app, String channel, Session session) {
    String address = app.address(channel);
    on(
        address,
        () -> {
          SubscriptionCount its = counts.get(address);
          if (its != null && its.leaves(session)) {
            counts.remove(address);
          }
        });
  }

  private void on(String address, Runnable action) {
    hub.ownerOf(address).runOnContext(nothing -> action.run());
  }

  /** Will return the number from all nodes. */
  Future<Integer> count(PusherApp app, String channel) {
    return nodes.subscribers(app, channel);
  }

  /** Reports a count to all nodes. */
  void report(String address, int count) {
    JsonObject reports = new JsonObject().put("address", address).put("count", count);
    vertx.eventBus().publish(ADDRESS, reports);
  }

  private void counted(Message<JsonObject> message) {
    String address = message.body().getString("address");
    int count = message.body().getInteger("count");
    on(
        address,
        () -> {
          SubscriptionCount its = counts.get(address);
          if (its != null) {
            its.counted(count);
          }
          reports.counted(address, count);
        });
  }

  Vertx vertx() {
    return vertx;
  }
}
