package io.busbar.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The shapes of what the admin port answers. */
final class Answers {
  private Answers() {}

  static void json(RoutingContext routing, int status, JsonObject body) {
    if (routing.response().ended() || routing.response().closed()) {
      return;
    }
    routing
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }

  /** {@code {"error": "what is wrong"}}. */
  static void error(RoutingContext routing, int status, String what) {
    json(routing, status, new JsonObject().put("error", what));
  }
}
