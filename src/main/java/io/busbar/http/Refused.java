package io.busbar.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** What who is turned down before any endpoint is told. */
final class Refused {
  private Refused() {}

  static void with(RoutingContext routing, int status, String why) {
    routing
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8")
        .end(why + "\n");
  }
}
