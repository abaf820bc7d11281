package io.busbar.protocol;

import io.vertx.core.http.HttpServerRequest;

/** The path that stands before all of the gateway's own in the URLs that browsers know. */
public final class BasePath {
  /** Holds it in every request that endpoints see; whose word it is was decided before. */
  public static final String HEADER = "X-Forwarded-Prefix";

  private BasePath() {}

  /** Like {@code /realtime}; empty where there is none. */
  public static String of(HttpServerRequest request) {
    String path = request.getHeader(HEADER);
    return path == null ? "" : path;
  }
}
