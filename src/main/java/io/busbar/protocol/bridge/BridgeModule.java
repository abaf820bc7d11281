package io.busbar.protocol.bridge;

import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import java.util.List;

/** The module for the event-bus bridge over SockJS and its raw WebSocket. Immutable. */
public final class BridgeModule implements ProtocolModule {
  private final ProtocolContext node;

  public BridgeModule(ProtocolContext node) {
    this.node = node;
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    BridgeProtocol bridge = new BridgeProtocol(node.hub(), node.config().bridge(), node.logins());
    return List.of(node.sockJs().at(node.config().bridge().path(), bridge, node.bodies()));
  }
}
