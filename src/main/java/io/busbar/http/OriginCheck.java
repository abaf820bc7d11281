package io.busbar.http;

import io.busbar.config.Origin;
import io.busbar.config.Origins;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Lets pages of the gateway's own origin and of those in the config through, for every endpoint
 * alike. Who sends neither Origin nor Sec-Fetch-Site is no browser and passes. A browser that sends
 * no Origin (scripts and images of another page, SockJS's JSONP among them) is judged by its
 * Referer; following a link to a page is no connection and passes.
 */
public final class OriginCheck implements Handler<RoutingContext> {
  private final Origins allowed;

  /**
   * @param origins as the config lists them
   */
  public OriginCheck(List<String> origins) {
    allowed = new Origins(origins);
  }

  @Override
  public void handle(RoutingContext routing) {
    if (allowed.isEverybody() || passes(routing.request())) {
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
      return isAllowed(Origin.find(utf8(origin)), request);
    }
    String site = request.getHeader("Sec-Fetch-Site");
    boolean foreign = "cross-site".equals(site) || "same-site".equals(site);
    if (!foreign || "navigate".equals(request.getHeader("Sec-Fetch-Mode"))) {
      return true;
    }
    String referer = request.getHeader(HttpHeaders.REFERER);
    return referer != null && isAllowed(Origin.ofUrl(utf8(referer)), request);
  }

  private boolean isAllowed(Optional<Origin> origin, HttpServerRequest request) {
    return origin.isPresent() && (allowed.allow(origin.get()) || isOwn(origin.get(), request));
  }

  /** TLS may end at a proxy that does not say so; where it is known, a plain page is not ours. */
  private static boolean isOwn(Origin origin, HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    boolean known =
        origin.scheme().equals("https") || origin.scheme().equals("http") && !request.isSSL();
    return host != null
        && known
        && Origin.find(origin.scheme() + "://" + utf8(host)).equals(Optional.of(origin));
  }

  /** Names that are not in ASCII come as UTF-8, where they come so at all. */
  private static String utf8(String header) {
    return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
