package io.busbar.protocol.pusher;

import io.busbar.hub.PresenceListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** Asks the owner of a channel for its members, page by page. */
final class PresenceList {
  private static final int PAGE = 1_000;
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private PresenceList() {}

  /** Completes with the info of each user; null for none. */
  static Future<Map<String, Object>> ask(Vertx vertx, String address) {
    Map<String, Object> users = new HashMap<>();
    return page(vertx, address, "", users).map(users);
  }

  /**
   * Completes with one page.
   *
   * @param after last user of the previous page; empty for the first page
   */
  static Future<JsonObject> page(
      EventBus bus, String address, String after, int limit, DeliveryOptions options) {
    JsonObject question =
        new JsonObject().put("channel", address).put("limit", limit).put("after", after);
    return bus.<JsonObject>request(PresenceListener.ADDRESS, question, options).map(Message::body);
  }

  private static Future<Void> page(
      Vertx vertx, String address, String after, Map<String, Object> users) {
    return page(vertx.eventBus(), address, after, PAGE, HERE)
        .compose(
            page -> {
              for (Object each : page.getJsonArray("users")) {
                JsonObject user = (JsonObject) each;
                users.put(user.getString("user"), user.getValue("info"));
              }
              String next = page.getString("next");
              return next == null ? Future.succeededFuture() : page(vertx, address, next, users);
            });
  }
}
