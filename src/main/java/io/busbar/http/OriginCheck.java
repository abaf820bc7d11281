package io.busbar.http;

import io.busbar.config.Origin;
import io.busbar.config.Origins;
import io.busbar.http.Rejections.Reason;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The check of origins, the same for all endpoints. It passes pages of the gateway's own origin and
 * of configured ones. A request with neither Origin nor Sec-Fetch-Site comes from no browser and
 * passes. Without Origin the Referer of a browser counts, for example for scripts, images and
 * SockJS's JSONP. Following a link to a page is no connection and passes. Any thread may use it.
 */
public final class OriginCheck implements Handler<RoutingContext> {
  private final Origins allowed;
  private final @Nullable String key;
  private final Rejections rejections;

  /**
   * @param key key of the allowed origins in the configuration; null for none
   */
  public OriginCheck(Origins allowed, @Nullable String key, Rejections rejections) {
    this.allowed = allowed;
    this.key = key;
    this.rejections = rejections;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
    if (origins.size() > 1) {
      rejections.add(
          Reason.REPEATED_HEADER, "Origin", () -> "a request with two Origin headers is refused");
      Refused.with(routing, 400, "there must be one Origin header");
      return;
    }
    String url = origins.isEmpty() ? referer(request) : origins.get(0);
    if (url == null || allowed.isEverybody()) {
      routing.next();
      return;
    }
    Optional<Origin> origin =
        origins.isEmpty() ? Origin.ofUrl(Hosts.utf8(url)) : Origin.find(Hosts.utf8(url));
    if (isAllowed(origin, request)) {
      routing.next();
    } else {
      // A Referer that is not valid may contain secrets, so the log does not show it.
      String unread = origins.isEmpty() ? "" : url;
      String name = origin.map(Origin::toString).orElse(unread);
      rejections.add(Reason.ORIGIN, name, () -> line(origin, unread, request));
      Refused.with(
          routing,
          403,
          key == null
              ? "only pages of this port may connect"
              : "this origin may not connect; " + key + " lists those that may");
    }
  }

  /**
   * Returns the page of a browser's request without Origin; null where the request needs no check.
   */
  private static @Nullable String referer(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    boolean foreign = "cross-site".equals(site) || "same-site".equals(site);
    if (!foreign || "navigate".equals(request.getHeader("Sec-Fetch-Mode"))) {
      return null;
    }
    String referer = request.getHeader(HttpHeaders.REFERER);
    return referer == null ? "" : referer;
  }

  private String line(Optional<Origin> origin, String unread, HttpServerRequest request) {
    String host = Hosts.asked(request);
    String from =
        origin
            .map(Origin::toString)
            .orElse(unread.isEmpty() ? "not said" : '"' + Rejections.shown(unread) + '"');
    String refused =
        "a page may not connect: its Origin is %s, and the Host that it asks for is %s"
            .formatted(from, host == null ? "not said" : Rejections.shown(host));
    if (key == null || origin.isEmpty()) {
      return refused;
    }
    String cure = origin.get().equals(Origin.NULL) ? "\"null\"" : from;
    return refused
        + ". If these are the same gateway, a proxy between them must hand on Host as it is; if"
        + " the page may connect, set %s: [%s]".formatted(key, cure);
  }

  private boolean isAllowed(Optional<Origin> origin, HttpServerRequest request) {
    return origin.isPresent() && (allowed.allow(origin.get()) || isOwn(origin.get(), request));
  }

  /**
   * A proxy may end TLS without telling it. Where TLS is known, a plain page is not the gateway's.
   */
  private static boolean isOwn(Origin origin, HttpServerRequest request) {
    String host = Hosts.asked(request);
    boolean known =
        origin.scheme().equals("https") || origin.scheme().equals("http") && !request.isSSL();
    return host != null
        && known
        && Origin.find(origin.scheme() + "://" + host).equals(Optional.of(origin));
  }
}
