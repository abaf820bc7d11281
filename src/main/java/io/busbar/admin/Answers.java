package io.busbar.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;

/** The forms of the admin port's answers. */
final class Answers {
  private Answers() {}

  /** Answers with that body, unless the response has ended or its connection is closed. */
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

  /**
   * Returns one page of a list, with the place where the next page begins if there may be one.
   *
   * @param name key of the list in the answer
   * @param limit the largest size of a page; a smaller page is the last one
   * @param place returns the value of {@code after} for the page that follows an item
   */
  static <T> JsonObject page(
      String name,
      List<T> items,
      int limit,
      Function<T, JsonObject> json,
      Function<T, String> place) {
    JsonArray list = new JsonArray();
    items.forEach(item -> list.add(json.apply(item)));
    JsonObject answer = new JsonObject().put(name, list);
    return items.size() < limit ? answer : answer.put("next", place.apply(items.get(limit - 1)));
  }

  /** Answers with {@code {"error": what}}. */
  static void error(RoutingContext routing, int status, String what) {
    json(routing, status, new JsonObject().put("error", what));
  }
}
