package io.busbar.protocol;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * The headers that let pages of other origins read responses (CORS). Earlier checks decide which
 * origins may ask. Credentials are allowed only for a request that names its origin.
 */
public final class CrossOrigin {
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final long YEAR_SECONDS = 31_536_000;

  private CrossOrigin() {}

  /** Sets the headers that let the page of the request read the response. */
  public static void allow(HttpServerRequest request) {
    MultiMap headers = request.response().headers();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    headers.add(HttpHeaders.VARY, "Origin");
    if (origin == null || !isPrintable(origin)) {
      headers.set(ALLOW_ORIGIN, "*");
    } else {
      headers.set(ALLOW_ORIGIN, origin);
      headers.set("Access-Control-Allow-Credentials", "true");
    }
    String asked = request.getHeader("Access-Control-Request-Headers");
    if (asked != null && !asked.isEmpty() && isPrintable(asked)) {
      headers.set("Access-Control-Allow-Headers", asked);
    }
  }

  private static boolean isPrintable(String value) {
    return value.chars().allMatch(c -> c >= 0x20 && c <= 0x7E);
  }

  /** Answers a preflight request; browsers may keep the answer for a year. */
  public static void preflight(HttpServerRequest request, String methods) {
    allow(request);
    request
        .response()
        .putHeader("Access-Control-Allow-Methods", methods)
        .putHeader("Access-Control-Max-Age", Long.toString(YEAR_SECONDS))
        .setStatusCode(204)
        .end();
  }
}
