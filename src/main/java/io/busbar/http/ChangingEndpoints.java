package io.busbar.http;

import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that come and go while the port is open. Any thread may change them; each event loop
 * mounts the current ones at its next request.
 */
public final class ChangingEndpoints implements HttpEndpoint {
  private volatile List<HttpEndpoint> endpoints = List.of();

  /** Replaces the endpoints. */
  public void become(List<HttpEndpoint> now) {
    endpoints = List.copyOf(now);
  }

  @Override
  public void mount(Router router) {
    router.route().handler(new Mounted());
  }

  @Override
  public Future<Void> closeNotified(Vertx vertx) {
    return Future.join(endpoints.stream().map(each -> each.closeNotified(vertx)).toList())
        .mapEmpty();
  }

  /** The endpoints as one event loop has mounted them. Owned by that event loop. */
  private final class Mounted implements Handler<RoutingContext> {
    private List<HttpEndpoint> mounted = List.of();
    private @Nullable Router router;

    @Override
    public void handle(RoutingContext routing) {
      List<HttpEndpoint> now = endpoints;
      if (now.isEmpty()) {
        routing.next();
        return;
      }
      Router current = router;
      if (current == null || now != mounted) {
        Router fresh = Router.router(routing.vertx());
        now.forEach(endpoint -> endpoint.mount(fresh));
        mounted = now;
        router = fresh;
        current = fresh;
      }
      current.handleContext(routing);
    }
  }
}
