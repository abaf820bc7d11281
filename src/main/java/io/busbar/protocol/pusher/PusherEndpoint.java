package io.busbar.protocol.pusher;

import io.busbar.config.Config;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The endpoint for clients of all apps: WebSockets at {@code path/key}, and fallbacks below {@code
 * /pusher}, where Pusher's clients look for them. A client without an app is told so. Immutable.
 */
public final class PusherEndpoint implements HttpEndpoint {
  /**
   * The close code at the size limit of a stream. Without it clients would take the end for a
   * broken connection, and stop streaming after the second one. With it they reconnect at once.
   */
  public static final Disconnect STREAM_END = PusherDisconnects.STREAM_END;

  private final List<HttpEndpoint> endpoints = new ArrayList<>();

  /**
   * @param apps apps of the config
   * @param users connections that have signed in
   * @param nodes that know the numbers of subscribers
   * @param options of the WebSockets
   * @param fallback mounts a protocol at a path for clients without WebSockets
   */
  public PusherEndpoint(
      Vertx vertx,
      Hub hub,
      Config config,
      List<PusherApp> apps,
      PusherUsers users,
      PusherNodes nodes,
      WebSocketOptions options,
      BiFunction<String, MessageProtocol, HttpEndpoint> fallback) {
    String path = config.pusher().path();
    PusherNode node = new PusherNode(vertx, hub, config, apps, users, nodes);
    for (PusherApp app : apps) {
      MessageProtocol protocol = new PusherProtocol(node, app);
      String key = "/" + app.key();
      endpoints.add(new WebSocketEndpoint(path + key, protocol, options));
      endpoints.add(fallback.apply(config.pusher().fallbacks() + key, protocol));
    }
    MessageProtocol noApp = new UnknownAppProtocol(hub, PusherDisconnects.NO_APP);
    endpoints.add(new WebSocketEndpoint(path + "/:key", noApp, options));
    MessageProtocol noPath = new UnknownAppProtocol(hub, PusherDisconnects.NO_PATH);
    endpoints.add(new WebSocketEndpoint(path + "/*", noPath, options));
  }

  @Override
  public void mount(Router router) {
    endpoints.forEach(endpoint -> endpoint.mount(router));
  }

  @Override
  public Future<Void> closeNotified(Vertx vertx) {
    return Future.join(endpoints.stream().map(each -> each.closeNotified(vertx)).toList())
        .mapEmpty();
  }
}
