package io.busbar.protocol.route;

import io.busbar.config.AuthConfig;
import io.busbar.config.HttpRoute;
import io.busbar.hub.Hub;
import io.busbar.protocol.Client;
import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.LoginChallenge;
import io.busbar.protocol.RequestBody;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paths at which features answer. A request is compared as it came, escapes and all: what a
 * proxy before us has let through is what the feature is asked. The longest path that fits counts.
 * Where a service has the same path, the route takes its methods and no other.
 */
public final class RouteEndpoint implements HttpEndpoint {
  private static final long DISCARD_MILLIS = 10_000;

  private final Hub hub;
  private final List<HttpRoute> routes;
  private final Set<HttpRoute> shared;
  private final AuthConfig auth;
  private final RouteFaults faults = new RouteFaults();

  /**
   * @param shared those whose path is a service's, too: it gets what is not for them
   */
  public RouteEndpoint(Hub hub, List<HttpRoute> routes, List<HttpRoute> shared, AuthConfig auth) {
    this.hub = hub;
    this.shared = Set.copyOf(shared);
    this.routes =
        routes.stream()
            .sorted(
                Comparator.comparing(HttpRoute::isForAllBelow)
                    .thenComparing(route -> -route.path().length()))
            .toList();
    this.auth = auth;
  }

  @Override
  public void mount(Router router) {
    if (routes.isEmpty()) {
      return;
    }
    RouteRequests requests = new RouteRequests(hub, auth.queryParameter(), faults);
    router
        .route()
        .handler(
            routing -> {
              HttpRoute route = of(routing.request().path());
              if (route == null || shared.contains(route) && !isFor(route, routing.request())) {
                routing.next();
              } else {
                handle(routing, route, requests);
              }
            });
  }

  /** Null where there is none. */
  private @Nullable HttpRoute of(@Nullable String path) {
    for (HttpRoute route : routes) {
      if (path != null && route.matches(path)) {
        return route;
      }
    }
    return null;
  }

  /** Whether it is one of the route's methods, or a page asks whether it may use one. */
  private static boolean isFor(HttpRoute route, HttpServerRequest request) {
    boolean asksFirst = request.method() == HttpMethod.OPTIONS;
    String method =
        asksFirst
            ? request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)
            : request.method().name();
    return method != null && route.allowed().contains(method) && !method.equals("OPTIONS");
  }

  private void handle(RoutingContext routing, HttpRoute route, RouteRequests requests) {
    HttpServerRequest request = routing.request();
    String allowed = String.join(", ", route.allowed());
    if (request.method() == HttpMethod.OPTIONS) {
      RequestBody.discard(request, DISCARD_MILLIS);
      request.response().putHeader(HttpHeaders.ALLOW, allowed);
      CrossOrigin.preflight(request, allowed);
      return;
    }
    CrossOrigin.allow(request);
    try {
      check(routing, route, allowed);
    } catch (RouteException e) {
      RequestBody.discard(request, DISCARD_MILLIS);
      RouteAnswers.error(request.response(), e.status(), e.getMessage());
      return;
    }
    requests.take(routing, route);
  }

  private void check(RoutingContext routing, HttpRoute route, String allowed)
      throws RouteException {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = request.response();
    if (!route.allowed().contains(request.method().name())) {
      response.putHeader(HttpHeaders.ALLOW, allowed);
      throw new RouteException(405, "the methods are " + allowed);
    }
    if (route.needsLogin() && !Client.principal(routing).isSomebody()) {
      LoginChallenge.add(response, auth);
      throw new RouteException(401, "not logged in");
    }
    if (climbs(request.path())) {
      throw new RouteException(400, "a path has no . and no .. in it");
    }
  }

  /** Whether a feature that takes the path for one of files could be led elsewhere. */
  private static boolean climbs(String path) {
    String plain = path.replaceAll("(?i)%2e", ".").replaceAll("(?i)%2f|%5c|\\\\", "/");
    for (String segment : plain.split("/")) {
      if (segment.equals(".") || segment.equals("..")) {
        return true;
      }
    }
    return false;
  }
}
