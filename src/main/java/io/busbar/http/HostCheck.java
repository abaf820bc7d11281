package io.busbar.http;

import io.busbar.http.Rejections.Reason;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The check that a request names the gateway (421 otherwise, RFC 9110, 15.5.20), before anything of
 * the request is used. A request without a name comes from no browser and passes. Any thread may
 * use it.
 */
final class HostCheck implements Handler<RoutingContext> {
  private final Hosts hosts;
  private final Rejections rejections;

  HostCheck(Hosts hosts, Rejections rejections) {
    this.hosts = hosts;
    this.rejections = rejections;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
      rejections.add(
          Reason.REPEATED_HEADER, "Host", () -> "a request with two Host headers is refused");
      Refused.with(routing, 400, "there must be one Host header");
      return;
    }
    String asked = Hosts.asked(request);
    if (asked == null || asked.isEmpty()) {
      routing.next();
      return;
    }
    Optional<String> name = Hosts.name(asked);
    if (name.isPresent() && hosts.answerTo(name.get(), request.isSSL())) {
      routing.next();
    } else {
      rejections.add(Reason.HOST, name.orElse(asked), () -> line(asked, name));
      Refused.with(
          routing, 421, "this gateway is not known by that name; http.hosts lists its names");
    }
  }

  private String line(String asked, Optional<String> name) {
    return name.map(
            known ->
                "a request for "
                    + known
                    + " is refused: the gateway does not know that as a name of its own. If it is"
                    + " one, set "
                    + hosts.with(known))
        .orElseGet(
            () -> "a request is refused: its Host is no name: \"" + Rejections.shown(asked) + '"');
  }
}
