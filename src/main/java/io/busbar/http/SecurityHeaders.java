package io.busbar.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The security headers of every response; an endpoint that needs more replaces the policy.
 * Immutable.
 */
public final class SecurityHeaders implements Handler<RoutingContext> {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self';"
          + " base-uri 'none'; frame-ancestors ";
  private static final String OWN_PAGES = "'self'";

  private final @Nullable String transportSecurity;
  private final String framers;
  private final Predicate<String> framed;

  /**
   * @param hstsSeconds how long browsers must use only TLS, in seconds; 0 for no header
   */
  public SecurityHeaders(long hstsSeconds) {
    this(hstsSeconds, OWN_PAGES, path -> false);
  }

  /**
   * @param framers origins whose pages may frame the paths, in the form of a policy
   * @param framed the paths; only the gateway's own pages may frame others
   */
  SecurityHeaders(long hstsSeconds, String framers, Predicate<String> framed) {
    this.framers = framers;
    this.framed = framed;
    transportSecurity = hstsSeconds == 0 ? null : "max-age=" + hstsSeconds;
  }

  @Override
  public void handle(RoutingContext routing) {
    MultiMap headers = routing.response().headers();
    boolean others = framed.test(routing.request().path());
    headers.set("Content-Security-Policy", POLICY + (others ? framers : OWN_PAGES));
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "same-origin");
    if (transportSecurity != null) {
      headers.set("Strict-Transport-Security", transportSecurity);
    }
    routing.next();
  }
}
