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
 * Lets pages of the gateway's own origin and of those in the config through, for every endpoint
 * alike. Who sends neither Origin nor Sec-Fetch-Site is no browser and passes. A browser that sends
 * no Origin (scripts and images of another page, SockJS's JSONP among them) is judged by its
 * Referer; following a link to a page is no connection and passes.
 */
public final class OriginCheck implements Handler<RoutingContext> {
  private final Origins allowed;
  private final @Nullable String key;
  private final Rejections rejections;

  /**
   * @param key where the config lists those that are allowed; null where it lists none
   */
  public OriginCheck(Origins allowed, @Nullable String key, Rejections rejections) {
    this.allowed = allowed;
    this.key = key;
    this.rejections = rejections;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    List<String> said = request.headers().getAll(HttpHeaders.ORIGIN);
    if (said.size() > 1) {
      rejections.add(
          Reason.REPEATED_HEADER, "Origin", () -> "a request with two Origin headers is refused");
      Refused.with(routing, 400, "there must be one Origin header");
      return;
    }
    String url = said.isEmpty() ? referer(request) : said.get(0);
    if (url == null || allowed.isEverybody()) {
      routing.next();
      return;
    }
    Optional<Origin> origin =
        said.isEmpty() ? Origin.ofUrl(Hosts.utf8(url)) : Origin.find(Hosts.utf8(url));
    if (isAllowed(origin, request)) {
      routing.next();
    } else {
      // Of a Referer that cannot be read nothing is shown: there may be secrets in it.
      String unread = said.isEmpty() ? "" : url;
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

  /** The page that asks, where a browser says no Origin; null where none does, or need not. */
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

  /** TLS may end at a proxy that does not say so; where it is known, a plain page is not ours. */
  private static boolean isOwn(Origin origin, HttpServerRequest request) {
    String host = Hosts.asked(request);
    boolean known =
        origin.scheme().equals("https") || origin.scheme().equals("http") && !request.isSSL();
    return host != null
        && known
        && Origin.find(origin.scheme() + "://" + host).equals(Optional.of(origin));
  }
}
