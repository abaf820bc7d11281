package io.busbar.protocol.route;

import io.busbar.config.Config;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import java.util.List;

/** The module for the configured paths that features serve over HTTP. Immutable. */
public final class RouteModule implements ProtocolModule {
  private final ProtocolContext node;

  public RouteModule(ProtocolContext node) {
    this.node = node;
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    Config config = node.config();
    return List.of(
        new RouteEndpoint(node.hub(), config.routes(), config.sharedRoutes(), config.auth()));
  }
}
