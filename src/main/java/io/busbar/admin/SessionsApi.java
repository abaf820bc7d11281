package io.busbar.admin;

import io.busbar.hub.Hub;
import io.busbar.hub.SessionDetail;
import io.busbar.hub.SessionInspector;
import io.busbar.hub.SessionInspector.SessionView;
import io.busbar.hub.SessionInspector.Wanted;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/sessions}: lists the sessions of this node with their subscriptions, and ends one.
 * {@code /api/users/…/sessions}: ends all sessions of a user on every node. Used by the admin
 * verticle's event loop.
 */
final class SessionsApi {
  private static final String SESSION = "/api/sessions/:id";

  /** The most subscriptions, and the most queues, in the answer for one session. */
  private static final int MOST_HEARD = 1_000;

  private final EventBus bus;
  private final SessionInspector inspector;

  SessionsApi(EventBus bus, SessionInspector inspector) {
    this.bus = bus;
    this.inspector = inspector;
  }

  void mount(Router router) {
    router.get("/api/sessions").handler(this::list);
    router.get(SESSION).handler(this::describe);
    router.delete(SESSION).handler(this::end);
    router.delete("/api/users/:user/sessions").handler(this::endAll);
  }

  private void list(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit < 0) {
      return;
    }
    Wanted wanted =
        new Wanted(
            Query.parameter(routing, "protocol"),
            Query.parameter(routing, "user"),
            Query.parameter(routing, "address"),
            Query.parameter(routing, "id"));
    inspector
        .sessions(Query.parameter(routing, "after"), limit, wanted)
        .onSuccess(
            page ->
                Answers.json(
                    routing,
                    200,
                    Answers.page("sessions", page, limit, SessionsApi::json, SessionView::place)))
        .onFailure(
            cause -> {
              if (cause instanceof IllegalArgumentException) {
                Answers.error(routing, 400, "after must be the next of a page before");
              } else {
                routing.fail(cause);
              }
            });
  }

  private static JsonObject json(SessionView view) {
    return new JsonObject()
        .put("id", view.id())
        .put("protocol", view.protocol())
        .put("user", view.user())
        .put("address", view.address())
        .put("since", view.since().toString())
        .put("subscriptions", view.subscriptions());
  }

  private void describe(RoutingContext routing) {
    inspector
        .session(routing.pathParam("id"), MOST_HEARD)
        .onSuccess(
            session -> {
              if (session == null) {
                unknown(routing);
              } else {
                Answers.json(routing, 200, json(session));
              }
            })
        .onFailure(routing::fail);
  }

  private static JsonObject json(SessionDetail session) {
    JsonArray subscribed = new JsonArray();
    for (SessionDetail.SubscribedChannel each : session.subscriptions()) {
      subscribed.add(
          new JsonObject()
              .put("address", each.address())
              .put("pattern", each.pattern())
              .put("filtered", each.filtered()));
    }
    JsonArray queues = new JsonArray();
    session
        .queues()
        .forEach(
            each ->
                queues.add(
                    new JsonObject()
                        .put("address", each.address())
                        .put("acknowledged", each.acknowledged())
                        .put("unacknowledged", each.unacknowledged())));
    return json(session.session())
        .put("heard", subscribed)
        .put("queues", queues)
        .put("outboxBytes", session.outboxBytes())
        .put("outboxMessages", session.outboxMessages())
        .put("heldBack", session.heldBack());
  }

  private void end(RoutingContext routing) {
    String id = routing.pathParam("id");
    inspector
        .end(id)
        .onSuccess(
            was -> {
              if (was) {
                Answers.json(routing, 200, new JsonObject().put("ended", id));
              } else {
                unknown(routing);
              }
            })
        .onFailure(routing::fail);
  }

  private static void unknown(RoutingContext routing) {
    Answers.error(routing, 404, "no session of this node has the id " + routing.pathParam("id"));
  }

  private void endAll(RoutingContext routing) {
    JsonObject whose = new JsonObject().put("user", routing.pathParam("user"));
    bus.publish(Hub.SESSIONS_END, whose);
    Answers.json(routing, 202, whose);
  }
}
