package io.busbar.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** The responses to requests that are refused before any endpoint. */
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
