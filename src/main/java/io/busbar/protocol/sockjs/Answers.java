package io.busbar.protocol.sockjs;

import io.busbar.protocol.BasePath;
import io.busbar.protocol.CrossOrigin;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes the headers and the short bodies of SockJS responses. */
final class Answers {
  static final String JAVASCRIPT = "application/javascript; charset=UTF-8";
  static final String EVENT_STREAM = "text/event-stream; charset=UTF-8";
  static final String HTML = "text/html; charset=UTF-8";
  static final String JSON = "application/json; charset=UTF-8";
  static final String TEXT = "text/plain; charset=UTF-8";

  private static final String SESSION_COOKIE = "JSESSIONID";
  private static final String POLICY = "Content-Security-Policy";
  private static final String FRAME_ANCESTORS = "frame-ancestors";
  private static final long YEAR_SECONDS = 31_536_000;
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private Answers() {}

  /** Ends the response with that status and a line of text. */
  static void text(HttpServerResponse response, int status, String body) {
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, TEXT).end(body);
  }

  static void notFound(HttpServerResponse response) {
    response.setStatusCode(404).end();
  }

  static void notAllowed(HttpServerResponse response, String allowed) {
    response.setStatusCode(405).putHeader(HttpHeaders.ALLOW, allowed).end();
  }

  /** Sets the headers of a response that belongs to a session. */
  static void head(HttpServerRequest request, String contentType, boolean cookieNeeded) {
    CrossOrigin.allow(request);
    ofSession(request, contentType, cookieNeeded);
  }

  /** Sets the same headers without those for pages of other origins. */
  static void ofSession(HttpServerRequest request, String contentType, boolean cookieNeeded) {
    notCached(request.response());
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    if (cookieNeeded) {
      sessionCookie(request);
    }
  }

  /** Answers a preflight request, which may be cached for a year. */
  static void preflight(HttpServerRequest request, String methods) {
    yearLong(request.response());
    CrossOrigin.preflight(request, methods);
  }

  static void notCached(HttpServerResponse response) {
    response.putHeader(
        HttpHeaders.CACHE_CONTROL, "no-store, no-cache, no-transform, must-revalidate, max-age=0");
  }

  /** Tells nginx and similar proxies to forward each frame at once. */
  static void notBuffered(HttpServerResponse response) {
    response.putHeader("X-Accel-Buffering", "no");
  }

  static void yearLong(HttpServerResponse response) {
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=" + YEAR_SECONDS)
        .putHeader(HttpHeaders.EXPIRES, HTTP_DATE.format(Instant.now().plusSeconds(YEAR_SECONDS)));
  }

  /** Sets the cookie for sticky load balancers: to its former value, or to {@code dummy}. */
  static void sessionCookie(HttpServerRequest request) {
    String known = Cookies.value(request, SESSION_COOKIE);
    String value = known == null ? "dummy" : known;
    // Lenient parsers join this cookie with the next one unless an attribute follows the path.
    cookie(request, SESSION_COOKIE + "=" + value + "; path=/; HttpOnly");
  }

  /** Gives the client the cookie that its sessions are bound to. */
  static void clientCookie(HttpServerRequest request, String value, String path) {
    String secure = request.isSSL() ? "; Secure" : "";
    String below = BasePath.of(request) + path;
    String where = below.isEmpty() ? "/" : below;
    cookie(
        request,
        ClientCookie.NAME + "=" + value + "; Path=" + where + "; HttpOnly; SameSite=Lax" + secure);
  }

  private static void cookie(HttpServerRequest request, String cookie) {
    request.response().headers().add(HttpHeaders.SET_COOKIE, cookie);
  }

  /**
   * Sets the content security policy of a page or script. An earlier {@code frame-ancestors}
   * directive stays; the default is the own origin.
   */
  static void policy(HttpServerResponse response, String directives) {
    String before = response.headers().get(POLICY);
    String ancestors = FRAME_ANCESTORS + " 'self'";
    if (before != null) {
      for (String directive : before.split(";")) {
        if (directive.trim().startsWith(FRAME_ANCESTORS + " ")) {
          ancestors = directive.trim();
        }
      }
    }
    response.putHeader(POLICY, directives + "; " + ancestors);
  }
}
