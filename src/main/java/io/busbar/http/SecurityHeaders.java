package io.busbar.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What every response tells browsers; an endpoint that needs more replaces the policy. */
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
   * @param hstsSeconds for how long browsers must come by TLS only; 0 does not say
   */
  public SecurityHeaders(long hstsSeconds) {
    this(hstsSeconds, OWN_PAGES, path -> false);
  }

  /**
   * @param framers whose pages may hold in a frame what is at the paths, as a policy writes it
   * @param framed the paths; elsewhere the gateway's own pages may
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
