package io.busbar.admin;

import io.busbar.hub.SessionInspector;
import io.busbar.hub.SessionInspector.ChannelView;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/channels}: the channels that clients of this node listen to. Used by the admin
 * verticle's event loop.
 */
final class ChannelsApi {
  private final SessionInspector inspector;

  ChannelsApi(SessionInspector inspector) {
    this.inspector = inspector;
  }

  void mount(Router router) {
    router.get("/api/channels").handler(this::channels);
    router.get("/api/channels/:address").handler(this::channel);
  }

  private void channels(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit < 0) {
      return;
    }
    inspector
        .channels(Query.parameter(routing, "prefix"), Query.parameter(routing, "after"), limit)
        .onSuccess(
            page ->
                Answers.json(
                    routing,
                    200,
                    Answers.page("channels", page, limit, ChannelsApi::json, ChannelView::address)))
        .onFailure(routing::fail);
  }

  private void channel(RoutingContext routing) {
    String address = routing.pathParam("address");
    inspector
        .channel(address)
        .onSuccess(
            views -> {
              if (views.isEmpty()) {
                Answers.error(routing, 404, "no client of this node listens to " + address);
              } else {
                ChannelView view = views.get(0);
                JsonObject protocols = new JsonObject();
                view.protocols().forEach(protocols::put);
                Answers.json(routing, 200, json(view).put("protocols", protocols));
              }
            })
        .onFailure(routing::fail);
  }

  static JsonObject json(ChannelView view) {
    return new JsonObject()
        .put("address", view.address())
        .put("pattern", view.pattern())
        .put("subscribers", view.subscribers())
        .put("messages", view.messages())
        .put("overflow", view.overflow());
  }
}
