package io.busbar.protocol.route;

import io.busbar.config.HttpRoute;
import io.busbar.hub.Fanout;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.protocol.Client;
import io.busbar.protocol.Poster;
import io.busbar.protocol.Posters;
import io.busbar.protocol.RequestBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Handles HTTP requests to features: each is one request on the bus, and its reply is the response.
 * It checks no permissions, because the operator has bound the path to the address. Owned by one
 * event loop.
 */
final class RouteRequests {
  /** Name of the protocol for features, rules and metrics. */
  private static final String PROTOCOL = "http";

  /** Time limit for a body in milliseconds, plus a second for each 64 KB of its maximum size. */
  private static final long BODY_MILLIS = 10_000;

  private static final int BYTES_A_MILLI = 64;

  private final Hub hub;
  private final Posters posters;
  private final String tokenParameter;
  private final RouteFaults faults;

  /**
   * @param tokenParameter parameter of the URL that features do not get; empty for none
   */
  RouteRequests(Hub hub, String tokenParameter, RouteFaults faults) {
    this.hub = hub;
    this.posters = new Posters(hub, PROTOCOL);
    this.tokenParameter = tokenParameter;
    this.faults = faults;
  }

  /** Will read the request, send it to the feature, and answer it. */
  void take(RoutingContext routing, HttpRoute route) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = request.response();
    int most = route.maxBody().asInt();
    RequestBody.read(
        request,
        hub.inbound(),
        most,
        BODY_MILLIS + most / BYTES_A_MILLI,
        body -> {
          try {
            ask(routing, route, body);
          } catch (RouteException e) {
            RouteAnswers.error(response, e.status(), e.getMessage());
          }
        },
        (status, words) -> RouteAnswers.error(response, status, words));
    if (!request.isEnded()) {
      // After a login a request for a WebSocket is still paused.
      request.resume();
    }
  }

  private void ask(RoutingContext routing, HttpRoute route, Buffer body) throws RouteException {
    HttpServerRequest request = routing.request();
    Poster poster = posters.of(Client.remoteAddress(request), Client.principal(routing));
    if (poster == null) {
      throw new RouteException(503, "too many clients ask at once");
    }
    if (poster.isHeldBack()) {
      throw new RouteException(429, "too many bytes a second");
    }
    poster.session().received(body.length());
    if (poster.open() >= hub.limits().subscriptions()) {
      throw new RouteException(429, "too many requests at once");
    }
    Payload payload = RouteQuestion.body(request, body);
    poster.begins();
    hub.requestTrusted(
            poster.session(),
            route.address(),
            payload,
            RouteQuestion.headers(request, route, tokenParameter),
            route.timeout().toMillis())
        .onComplete(done -> poster.ends())
        .onSuccess(answer -> answer(request.response(), route, answer, null))
        .onFailure(cause -> answer(request.response(), route, null, cause));
  }

  private void answer(
      HttpServerResponse response,
      HttpRoute route,
      @Nullable Fanout answer,
      @Nullable Throwable cause) {
    if (response.ended() || response.closed()) {
      return;
    }
    String fault =
        answer == null
            ? RouteAnswers.failed(response, cause)
            : RouteAnswers.answered(response, answer);
    if (fault != null) {
      faults.report(route, fault);
      RouteAnswers.error(response, 500, "the request failed");
    }
  }
}
