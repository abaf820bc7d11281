package io.busbar.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** What every response tells browsers; an endpoint that needs more replaces the policy. */
public final class SecurityHeaders implements Handler<RoutingContext> {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self';"
          + " base-uri 'none'; frame-ancestors 'self'";

  private final String transportSecurity;

  /**
   * @param hstsSeconds for how long browsers must come by TLS only; 0 does not say
   */
  public SecurityHeaders(long hstsSeconds) {
    transportSecurity = hstsSeconds == 0 ? null : "max-age=" + hstsSeconds;
  }

  @Override
  public void handle(RoutingContext routing) {
    MultiMap headers = routing.response().headers();
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "same-origin");
    if (transportSecurity != null) {
      headers.set("Strict-Transport-Security", transportSecurity);
    }
    routing.next();
  }
}
