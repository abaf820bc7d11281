package io.busbar.protocol;

import io.vertx.core.http.HttpServerRequest;

/** The path before all paths of the gateway in the URLs of browsers. */
public final class BasePath {
  /**
   * Header with the base path in every request that endpoints see; earlier checks decided whether
   * to trust it.
   */
  public static final String HEADER = "X-Forwarded-Prefix";

  private BasePath() {}

  /** Returns a path such as {@code /realtime}; empty for none. */
  public static String of(HttpServerRequest request) {
    String path = request.getHeader(HEADER);
    return path == null ? "" : path;
  }
}
