package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import io.busbar.protocol.engineio.EngineEndpoint;
import io.busbar.protocol.session.SessionCluster;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The module for Socket.IO over Engine.IO, with the client library for pages. Immutable. */
public final class SocketIoModule implements ProtocolModule {
  private final ProtocolContext node;
  private final @Nullable SessionCluster cluster;

  /**
   * @param cluster null without a cluster
   */
  public SocketIoModule(ProtocolContext node, @Nullable SessionCluster cluster) {
    this.node = node;
    this.cluster = cluster;
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    SocketIoConfig config = node.config().socketio();
    return List.of(
        new SocketIoLibrary(config),
        EngineEndpoint.of(
            config.path(),
            node.config(),
            config.maxPayload().asInt(),
            revision -> SocketIoProtocol.on(revision, node.hub(), config, node.logins()),
            node.bodies(),
            cluster));
  }
}
