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
 * Where clients of all apps connect: WebSockets at {@code path/key}, and others below {@code
 * /pusher}, as clients of Pusher look for them. Who names no app is told so.
 */
public final class PusherEndpoint implements HttpEndpoint {
  /**
   * What clients are told when a stream has come to its limit. They take its end for a connection
   * that broke, and stream no more after two of these; after this they connect at once.
   */
  public static final Disconnect STREAM_END = PusherDisconnects.STREAM_END;

  private final List<HttpEndpoint> endpoints = new ArrayList<>();

  /**
   * @param apps those of the config
   * @param users where connections are found that have signed in
   * @param nodes who know how many listen to a channel
   * @param fallback mounts a protocol at a path, for clients without WebSockets
   */
  public PusherEndpoint(
      Vertx vertx,
      Hub hub,
      Config config,
      List<PusherApp> apps,
      PusherUsers users,
      PusherNodes nodes,
      BiFunction<String, MessageProtocol, HttpEndpoint> fallback) {
    String path = config.pusher().path();
    PusherNode node = new PusherNode(vertx, hub, config, apps, users, nodes);
    WebSocketOptions options =
        WebSocketOptions.of(config, config.limits().messageSize().asInt(), hub.inbound());
    for (PusherApp app : apps) {
      MessageProtocol protocol = new PusherProtocol(node, app);
      String key = "/" + app.key();
      endpoints.add(new WebSocketEndpoint(path + key, protocol, options));
      endpoints.add(fallback.apply(config.pusher().fallbacks() + key, protocol));
    }
    MessageProtocol noApp = new NoApp(hub, PusherDisconnects.NO_APP);
    endpoints.add(new WebSocketEndpoint(path + "/:key", noApp, options));
    MessageProtocol noPath = new NoApp(hub, PusherDisconnects.NO_PATH);
    endpoints.add(new WebSocketEndpoint(path + "/*", noPath, options));
  }

  @Override
  public void mount(Router router) {
    endpoints.forEach(endpoint -> endpoint.mount(router));
  }

  @Override
  public Future<Void> saidGoodbye(Vertx vertx) {
    return Future.join(endpoints.stream().map(each -> each.saidGoodbye(vertx)).toList()).mapEmpty();
  }
}
