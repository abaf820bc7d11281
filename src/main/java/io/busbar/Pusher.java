package io.busbar;

import io.busbar.cluster.Owners;
import io.busbar.config.Config;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.pusher.PusherApi;
import io.busbar.protocol.pusher.PusherApp;
import io.busbar.protocol.pusher.PusherEndpoint;
import io.busbar.protocol.pusher.PusherNodes;
import io.busbar.protocol.pusher.PusherUsers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pusher on a node: its apps, their endpoints, and the calls between nodes. Used by the start of
 * the node.
 */
final class Pusher {
  private final Vertx vertx;
  private final Hub hub;
  private final Config config;
  private final List<PusherApp> apps;
  private final PusherUsers users = new PusherUsers();
  private final PusherNodes nodes;

  /**
   * @param owners knows the nodes; null on a single node
   */
  Pusher(Vertx vertx, Hub hub, Config config, @Nullable Owners owners) {
    this.vertx = vertx;
    this.hub = hub;
    this.config = config;
    this.apps = config.pusher().apps().stream().map(PusherApp::new).toList();
    this.nodes =
        owners == null
            ? PusherNodes.alone(vertx, hub, users)
            : PusherNodes.clustered(
                vertx, hub, users, owners.here(), owners::nodes, owners::isHere);
  }

  /** Completes when other nodes can call this one. They may have apps even if this one has none. */
  Future<Void> start() {
    return nodes.start();
  }

  /**
   * The endpoints for clients; empty without an app.
   *
   * @param webSockets options of their WebSockets
   * @param fallback mounts a protocol at a path, for clients without WebSockets
   */
  List<HttpEndpoint> clients(
      WebSocketOptions webSockets, BiFunction<String, MessageProtocol, HttpEndpoint> fallback) {
    return apps.isEmpty()
        ? List.of()
        : List.of(new PusherEndpoint(vertx, hub, config, apps, users, nodes, webSockets, fallback));
  }

  /** The endpoints for backends, also on the admin port; empty without an app. */
  List<HttpEndpoint> apis() {
    return apps.isEmpty()
        ? List.of()
        : List.of(new PusherApi(vertx, hub, config.pusher(), apps, nodes));
  }
}
