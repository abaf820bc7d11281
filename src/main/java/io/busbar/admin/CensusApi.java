package io.busbar.admin;

import io.busbar.hub.Attendance;
import io.busbar.hub.Hub;
import io.busbar.hub.SessionInspector;
import io.busbar.hub.SessionInspector.ChannelView;
import io.busbar.hub.SessionInspector.SessionView;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * {@code /api/sessions}, {@code /api/channels}: who is on this node; who is in a channel of all
 * nodes; and ending a user's sessions.
 */
final class CensusApi {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final Vertx vertx;
  private final SessionInspector inspector;

  CensusApi(Vertx vertx, SessionInspector inspector) {
    this.vertx = vertx;
    this.inspector = inspector;
  }

  void mount(Router router) {
    router.get("/api/sessions").handler(this::sessions);
    router.get("/api/channels").handler(this::channels);
    router.get("/api/channels/:address").handler(this::channel);
    router.get("/api/channels/:address/presence").handler(this::presence);
    router.delete("/api/users/:user/sessions").handler(this::endSessions);
  }

  private void sessions(RoutingContext routing) {
    int limit = limit(routing);
    if (limit < 0) {
      return;
    }
    String protocol = parameter(routing, "protocol");
    String user = parameter(routing, "user");
    inspector
        .sessions(
            parameter(routing, "after"),
            limit,
            view ->
                (protocol.isEmpty() || protocol.equals(view.protocol()))
                    && (user.isEmpty() || user.equals(view.user())))
        .onSuccess(page -> Answers.json(routing, 200, sessions(page, limit)))
        .onFailure(
            cause -> {
              boolean theirs = cause instanceof IllegalArgumentException;
              Answers.error(routing, theirs ? 400 : 500, theirs ? cause.getMessage() : "failed");
            });
  }

  private static JsonObject sessions(List<SessionView> page, int limit) {
    JsonArray sessions = new JsonArray();
    for (SessionView view : page) {
      JsonObject session =
          new JsonObject()
              .put("id", view.id())
              .put("protocol", view.protocol())
              .put("user", view.user())
              .put("address", view.address())
              .put("since", view.since().toString())
              .put("subscriptions", view.subscriptions());
      sessions.add(session);
    }
    JsonObject answer = new JsonObject().put("sessions", sessions);
    return page.size() < limit ? answer : answer.put("next", page.get(limit - 1).place());
  }

  private void channels(RoutingContext routing) {
    int limit = limit(routing);
    if (limit < 0) {
      return;
    }
    inspector
        .channels(parameter(routing, "prefix"), parameter(routing, "after"), limit)
        .onSuccess(
            page -> {
              JsonArray channels = new JsonArray();
              page.forEach(view -> channels.add(json(view)));
              JsonObject answer = new JsonObject().put("channels", channels);
              if (page.size() == limit) {
                answer.put("next", page.get(limit - 1).address());
              }
              Answers.json(routing, 200, answer);
            })
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

  private void presence(RoutingContext routing) {
    int limit = limit(routing);
    if (limit < 0) {
      return;
    }
    JsonObject question =
        new JsonObject()
            .put("channel", routing.pathParam("address"))
            .put("after", parameter(routing, "after"))
            .put("limit", limit);
    vertx
        .eventBus()
        .<JsonObject>request(Attendance.ADDRESS, question, HERE)
        .onSuccess(page -> Answers.json(routing, 200, page.body()))
        .onFailure(
            cause -> {
              int code = cause instanceof ReplyException reply ? reply.failureCode() : 0;
              boolean unknown = code == Attendance.NO_PRESENCE;
              Answers.error(
                  routing,
                  unknown ? 404 : 503,
                  unknown ? cause.getMessage() : "the owner of the channel does not answer");
            });
  }

  static JsonObject json(ChannelView view) {
    return new JsonObject()
        .put("address", view.address())
        .put("pattern", view.pattern())
        .put("subscribers", view.subscribers())
        .put("messages", view.messages())
        .put("overflow", view.overflow());
  }

  private void endSessions(RoutingContext routing) {
    JsonObject whose = new JsonObject().put("user", routing.pathParam("user"));
    vertx.eventBus().publish(Hub.SESSIONS_END, whose);
    Answers.json(routing, 202, whose);
  }

  /** The page's size; answers what is wrong with it and returns -1. */
  static int limit(RoutingContext routing) {
    String given = parameter(routing, "limit");
    if (given.isEmpty()) {
      return USUAL_PAGE;
    }
    try {
      int limit = Integer.parseInt(given);
      if (limit >= 1 && limit <= LARGEST_PAGE) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    Answers.error(routing, 400, "limit must be a whole number from 1 to " + LARGEST_PAGE);
    return -1;
  }

  /** Empty when it is not there. */
  static String parameter(RoutingContext routing, String name) {
    String value = routing.queryParams().get(name);
    return value == null ? "" : value;
  }
}
