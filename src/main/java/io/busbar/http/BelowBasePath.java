package io.busbar.http;

import io.busbar.protocol.BasePath;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.ext.web.RoutingContext;

/**
 * A request without the base path before its own path; proxies forward it with or without that.
 * Owned by the request's event loop.
 */
final class BelowBasePath extends HttpServerRequestWrapper {
  private final int length;

  private BelowBasePath(HttpServerRequestInternal request, int length) {
    super(request);
    this.length = length;
  }

  /** Returns the request in the form for the router. */
  static HttpServerRequest of(HttpServerRequest request) {
    String base = BasePath.of(request);
    String path = request.path();
    return !base.isEmpty() && path != null && path.startsWith(base + "/")
        ? new BelowBasePath((HttpServerRequestInternal) request, base.length())
        : request;
  }

  /** Redirects a request for the base path alone, so that pages find files relative to it. */
  static void addSlash(RoutingContext routing) {
    String base = BasePath.of(routing.request());
    if (base.isEmpty() || !base.equals(routing.request().path())) {
      routing.next();
      return;
    }
    redirect(routing, "/");
  }

  /** Redirects to a path below the base path. */
  static void redirect(RoutingContext routing, String path) {
    String query = routing.request().query();
    String base = BasePath.of(routing.request());
    routing
        .response()
        .setStatusCode(308)
        .putHeader(HttpHeaders.LOCATION, base + path + (query == null ? "" : "?" + query))
        .end();
  }

  /** Browsers send a path; other clients may send a whole URL. */
  @Override
  public String uri() {
    String uri = super.uri();
    String path = super.path();
    int begin = uri.startsWith("/") ? 0 : uri.indexOf(path);
    return begin < 0 ? path.substring(length) : uri.substring(begin + length);
  }

  @Override
  public String path() {
    return super.path().substring(length);
  }
}
