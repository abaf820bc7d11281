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
 * The endpoint for the paths that features serve. It compares the encoded path, so a feature gets
 * what a proxy in front has allowed. The longest matching path counts. Where a service has the same
 * path, the route serves only its own methods. Any thread may use it; each event loop has its own
 * {@link RouteRequests}.
 */
public final class RouteEndpoint implements HttpEndpoint {
  private static final long DISCARD_MILLIS = 10_000;

  private final Hub hub;
  private final List<HttpRoute> routes;
  private final Set<HttpRoute> shared;
  private final AuthConfig auth;
  private final RouteFaults faults = new RouteFaults();

  /**
   * @param shared routes whose path is a service's, too; the service gets all other requests
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

  /** Returns the route for the path; null for none. */
  private @Nullable HttpRoute of(@Nullable String path) {
    for (HttpRoute route : routes) {
      if (path != null && route.matches(path)) {
        return route;
      }
    }
    return null;
  }

  /** Returns whether the method, or that of a preflight request, belongs to the route. */
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

  /** Returns whether the path could lead a feature that serves files out of its directory. */
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
