package io.busbar.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets pages of the gateway's own origin and of those in the config through, for every endpoint
 * alike. Who sends neither Origin nor Sec-Fetch-Site is no browser and passes. A browser that sends
 * no Origin (scripts and images of another page, SockJS's JSONP among them) is judged by its
 * Referer; following a link to a page is no connection and passes.
 */
public final class OriginCheck implements Handler<RoutingContext> {
  private static final String EVERYBODY = "*";

  private final Set<String> allowed;

  public OriginCheck(List<String> origins) {
    allowed =
        origins.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void handle(RoutingContext routing) {
    if (allowed.contains(EVERYBODY) || passes(routing.request())) {
      routing.next();
    } else {
      routing
          .response()
          .setStatusCode(403)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8")
          .end("this origin may not connect; http.origins lists those that may\n");
    }
  }

  private boolean passes(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null) {
      return isAllowed(origin, request);
    }
    String site = request.getHeader("Sec-Fetch-Site");
    boolean foreign = "cross-site".equals(site) || "same-site".equals(site);
    if (!foreign || "navigate".equals(request.getHeader("Sec-Fetch-Mode"))) {
      return true;
    }
    String referer = request.getHeader(HttpHeaders.REFERER);
    return referer != null && isAllowed(originOf(referer), request);
  }

  private boolean isAllowed(String origin, HttpServerRequest request) {
    String lower = origin.toLowerCase(Locale.ROOT);
    String host = request.getHeader(HttpHeaders.HOST);
    return allowed.contains(lower)
        || host != null && isOwn(lower, host.toLowerCase(Locale.ROOT), request.isSSL());
  }

  /** TLS may end at a proxy that does not say so; where it is known, a plain page is not ours. */
  private static boolean isOwn(String origin, String host, boolean isTls) {
    String secure = "https://" + host;
    return origin.equals(secure)
        || (origin + ":443").equals(secure)
        || !isTls && (origin.equals("http://" + host) || (origin + ":80").equals("http://" + host));
  }

  private static String originOf(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getScheme() + "://" + uri.getAuthority();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
