package io.busbar.protocol.sse;

import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import java.util.List;

/** The module for server-sent events. Immutable. */
public final class SseModule implements ProtocolModule {
  private final ProtocolContext node;

  public SseModule(ProtocolContext node) {
    this.node = node;
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    return List.of(new SseEndpoint(node.vertx(), node.hub(), node.config().sse()));
  }
}
