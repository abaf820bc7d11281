package io.busbar.admin;

import io.busbar.hub.FailureWords;
import io.busbar.hub.PresenceListener;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/presence}: the channels with presence that this node owns. {@code
 * /api/channels/…/presence}: the users in one channel, on all nodes. Used by the admin verticle's
 * event loop.
 */
final class PresenceApi {
  private static final String AFTER = "after";
  private static final String LIMIT = "limit";
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final EventBus bus;

  PresenceApi(EventBus bus) {
    this.bus = bus;
  }

  void mount(Router router) {
    router.get("/api/presence").handler(this::channels);
    router.get("/api/channels/:address/presence").handler(this::users);
  }

  private void channels(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit >= 0) {
      JsonObject question = question(routing, limit).put("prefix", prefix(routing));
      answer(
          routing, bus.request(PresenceListener.CHANNELS, question, HERE).map(page -> page.body()));
    }
  }

  private static String prefix(RoutingContext routing) {
    return Query.parameter(routing, "prefix");
  }

  private void users(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit >= 0) {
      JsonObject question = question(routing, limit).put("channel", routing.pathParam("address"));
      answer(
          routing, bus.request(PresenceListener.ADDRESS, question, HERE).map(page -> page.body()));
    }
  }

  private static JsonObject question(RoutingContext routing, int limit) {
    return new JsonObject().put(AFTER, Query.parameter(routing, AFTER)).put(LIMIT, limit);
  }

  private static void answer(RoutingContext routing, Future<Object> asked) {
    asked
        .onSuccess(page -> Answers.json(routing, 200, (JsonObject) page))
        .onFailure(
            cause -> {
              int code = cause instanceof ReplyException reply ? reply.failureCode() : 0;
              boolean unknown = code == PresenceListener.NO_PRESENCE;
              Answers.error(
                  routing,
                  unknown ? 404 : 503,
                  unknown ? FailureWords.of(cause) : "the owner of the channel does not answer");
            });
  }
}
