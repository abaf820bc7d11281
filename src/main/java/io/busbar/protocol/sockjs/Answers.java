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

/** The heads and the short bodies that SockJS answers with. */
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

  /** Ends with that status and a line of text. */
  static void text(HttpServerResponse response, int status, String body) {
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, TEXT).end(body);
  }

  static void notFound(HttpServerResponse response) {
    response.setStatusCode(404).end();
  }

  static void notAllowed(HttpServerResponse response, String allowed) {
    response.setStatusCode(405).putHeader(HttpHeaders.ALLOW, allowed).end();
  }

  /** The head of all that belongs to a session. */
  static void head(HttpServerRequest request, String contentType, boolean cookieNeeded) {
    CrossOrigin.allow(request);
    ofSession(request, contentType, cookieNeeded);
  }

  /** The same without what lets pages of other origins read it. */
  static void ofSession(HttpServerRequest request, String contentType, boolean cookieNeeded) {
    notCached(request.response());
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    if (cookieNeeded) {
      sessionCookie(request);
    }
  }

  /** Answers a preflight; may be kept for a year. */
  static void preflight(HttpServerRequest request, String methods) {
    yearLong(request.response());
    CrossOrigin.preflight(request, methods);
  }

  static void notCached(HttpServerResponse response) {
    response.putHeader(
        HttpHeaders.CACHE_CONTROL, "no-store, no-cache, no-transform, must-revalidate, max-age=0");
  }

  /** Tells nginx, and those that do as it does, to pass on each frame when it comes. */
  static void notBuffered(HttpServerResponse response) {
    response.putHeader("X-Accel-Buffering", "no");
  }

  static void yearLong(HttpServerResponse response) {
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=" + YEAR_SECONDS)
        .putHeader(HttpHeaders.EXPIRES, HTTP_DATE.format(Instant.now().plusSeconds(YEAR_SECONDS)));
  }

  /** Sets the cookie that load balancers go by, to what it was or to {@code dummy}. */
  static void sessionCookie(HttpServerRequest request) {
    String known = Cookies.value(request, SESSION_COOKIE);
    String value = known == null ? "dummy" : known;
    // An attribute after the path: lenient parsers join this with the next cookie.
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
   * Sets the content security policy of a page or script. Who may frame it stays as it was decided
   * before; nobody but its own origin when it was not.
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
