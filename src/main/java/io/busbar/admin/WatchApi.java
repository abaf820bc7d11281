package io.busbar.admin;

import io.busbar.admin.SampleHistory.Window;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/alerts}: the alerts of this node. {@code /api/history/numbers}: its numbers in the
 * past. Used by the admin verticle's event loop.
 */
final class WatchApi {
  private final NodeWatch watch;

  WatchApi(NodeWatch watch) {
    this.watch = watch;
  }

  void mount(Router router) {
    router.get("/api/alerts").handler(this::alerts);
    router.get("/api/history/numbers").handler(this::numbers);
  }

  private void alerts(RoutingContext routing) {
    watch
        .look()
        .onSuccess(
            looked ->
                Answers.json(routing, 200, new JsonObject().put("alerts", watch.board().toJson())))
        .onFailure(routing::fail);
  }

  private void numbers(RoutingContext routing) {
    String given = Query.parameter(routing, "window");
    Window window = given.isEmpty() ? Window.HOUR : Window.of(given);
    if (window == null) {
      Answers.error(routing, 400, "window is 2m or 1h");
      return;
    }
    Answers.json(
        routing,
        200,
        new JsonObject()
            .put("window", window.label())
            .put("stepSeconds", window.stepSeconds())
            .put("heapMax", Runtime.getRuntime().maxMemory())
            .put("samples", watch.history().toJson(window)));
  }
}
