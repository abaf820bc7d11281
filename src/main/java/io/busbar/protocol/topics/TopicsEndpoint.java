package io.busbar.protocol.topics;

import io.busbar.config.AuthConfig;
import io.busbar.config.TopicsConfig;
import io.busbar.hub.Hub;
import io.busbar.protocol.Client;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.LoginChallenge;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.WebSocketUpgrade;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The endpoint for clients of the topic bus, which the config may restrict to logged-in clients.
 * Immutable.
 */
public final class TopicsEndpoint implements HttpEndpoint {
  private final TopicsConfig config;
  private final AuthConfig auth;
  private final HttpEndpoint webSockets;

  public TopicsEndpoint(Hub hub, TopicsConfig config, AuthConfig auth, WebSocketOptions options) {
    this.config = config;
    this.auth = auth;
    this.webSockets =
        new WebSocketEndpoint(config.path(), new TopicsProtocol(hub, config), options);
  }

  @Override
  public void mount(Router router) {
    if (config.auth()) {
      router.route(config.path()).handler(this::check);
    }
    webSockets.mount(router);
  }

  /** Rejects a request without a login; one with wrong credentials was rejected before. */
  private void check(RoutingContext routing) {
    boolean comes = WebSocketUpgrade.isAsked(routing.request());
    if (!comes || Client.principal(routing).isSomebody()) {
      routing.next();
      return;
    }
    LoginChallenge.add(routing.response(), auth);
    routing
        .response()
        .setStatusCode(401)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8")
        .end("not logged in\n");
    // The check of logins may have paused it.
    routing.request().resume();
  }
}
