package io.busbar.admin;

import io.busbar.http.ClassPathFiles;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * The files of the console, which lie in the jar. The admin port serves only the files of these
 * lists. It has no state. Used by the admin verticle's event loop.
 */
final class ConsolePages {
  /** Files of the console. The path of each ends with its name. */
  private static final List<String> FILES =
      List.of(
          "alert-list.js",
          "alerts.js",
          "api.js",
          "channel.js",
          "channels.js",
          "chart.js",
          "cluster.js",
          "console.css",
          "console.js",
          "features.js",
          "format.js",
          "list.js",
          "overview.js",
          "parts.js",
          "presence.js",
          "publish.js",
          "queue.js",
          "queues.js",
          "routes.js",
          "session.js",
          "sessions.js",
          "streams.js",
          "table.js");

  /** Files that the demo pages use, too. */
  private static final List<String> SHARED =
      List.of("dom.js", "emitter.js", "link.js", "style.css", "favicon.svg");

  void mount(Router router) {
    router.get("/").handler(ConsolePages::toConsole);
    ClassPathFiles.mount(router, "/api/openapi.yaml", "openapi.yaml");
    ClassPathFiles.mount(router, "/console/", "console/index.html");
    FILES.forEach(name -> ClassPathFiles.mount(router, "/console/" + name, "console/" + name));
    SHARED.forEach(name -> ClassPathFiles.mount(router, "/console/" + name, "webroot/" + name));
    router.get("/console").handler(ConsolePages::toConsole);
  }

  private static void toConsole(RoutingContext routing) {
    routing.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, "/console/").end();
  }
}
