package io.busbar.admin;

import static java.util.Map.entry;

import io.busbar.http.ClassPathFiles;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** What of the jar the admin port shows, and where: nothing else of it. */
final class ConsolePages {
  private static final Map<String, String> FILES =
      Map.ofEntries(
          entry("/api/openapi.yaml", "openapi.yaml"),
          entry("/console/", "console/index.html"),
          entry("/console/console.js", "console/console.js"),
          entry("/console/rates.js", "console/rates.js"),
          entry("/console/dom.js", "webroot/dom.js"),
          entry("/console/emitter.js", "webroot/emitter.js"),
          entry("/console/link.js", "webroot/link.js"),
          entry("/console/moving-chart.js", "webroot/moving-chart.js"),
          entry("/console/transports.js", "webroot/transports.js"),
          entry("/console/style.css", "webroot/style.css"),
          entry("/console/favicon.svg", "webroot/favicon.svg"));

  void mount(Router router) {
    router.get("/").handler(ConsolePages::toConsole);
    FILES.forEach(
        (path, file) ->
            router
                .route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(routing -> ClassPathFiles.serve(routing, file, false)));
    router.get("/console").handler(ConsolePages::toConsole);
  }

  private static void toConsole(RoutingContext routing) {
    routing.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, "/console/").end();
  }
}
