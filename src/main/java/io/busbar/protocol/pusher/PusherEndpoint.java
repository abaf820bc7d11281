package io.busbar.protocol.pusher;

import io.busbar.config.Config;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;

/** The WebSockets of all apps: each at {@code path/key}; others are told that there is nothing. */
public final class PusherEndpoint implements HttpEndpoint {
  private final List<WebSocketEndpoint> endpoints = new ArrayList<>();

  /**
   * @param users where connections are found that have signed in
   */
  public PusherEndpoint(Vertx vertx, Hub hub, Config config, PusherUsers users) {
    String path = config.pusher().path();
    PusherNode node = new PusherNode(vertx, hub, config, users);
    WebSocketOptions options =
        WebSocketOptions.of(config, config.limits().messageSize().asInt(), hub.inbound());
    config.pusher().apps().stream()
        .map(PusherApp::new)
        .forEach(app -> add(path + "/" + app.key(), new PusherProtocol(node, app), options));
    add(path + "/:key", new NoApp(hub, PusherDisconnects.NO_APP), options);
    add(path + "/*", new NoApp(hub, PusherDisconnects.NO_PATH), options);
  }

  private void add(String path, MessageProtocol protocol, WebSocketOptions options) {
    endpoints.add(new WebSocketEndpoint(path, protocol, options));
  }

  @Override
  public void mount(Router router) {
    endpoints.forEach(endpoint -> endpoint.mount(router));
  }
}
