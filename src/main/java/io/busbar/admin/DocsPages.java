package io.busbar.admin;

import io.busbar.http.ClassPathFiles;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /docs/}: the documentation, which the build puts into the jar. It has no state. Used by
 * the admin verticle's event loop.
 */
final class DocsPages {
  private static final String ROOT = "/docs/";

  void mount(Router router) {
    router
        .route(ROOT + "*")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(DocsPages::serve);
  }

  private static void serve(RoutingContext routing) {
    String path = routing.normalizedPath();
    if (!path.startsWith(ROOT)) { // /docs
      routing.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, ROOT).end();
      return;
    }
    String file = path.equals(ROOT) ? "index.html" : path.substring(ROOT.length());
    ClassPathFiles.serve(routing, "docs/" + file, false);
  }
}
