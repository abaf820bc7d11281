package io.busbar.protocol.topics;

import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import java.util.List;

/** The module for the topic bus, at each configured path. Immutable. */
public final class TopicsModule implements ProtocolModule {
  private final ProtocolContext node;

  public TopicsModule(ProtocolContext node) {
    this.node = node;
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    return node.config().topics().stream()
        .<HttpEndpoint>map(
            topics -> new TopicsEndpoint(node.hub(), topics, node.config().auth(), node.bodies()))
        .toList();
  }
}
