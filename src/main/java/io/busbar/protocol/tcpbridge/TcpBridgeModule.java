package io.busbar.protocol.tcpbridge;

import io.busbar.config.Config;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import io.busbar.protocol.TcpServer;
import java.util.List;

/** The module for the event-bus bridge over TCP, if it is enabled. Immutable. */
public final class TcpBridgeModule implements ProtocolModule {
  private final ProtocolContext node;

  public TcpBridgeModule(ProtocolContext node) {
    this.node = node;
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    return List.of();
  }

  @Override
  public List<TcpServer> tcpServers() {
    Config config = node.config();
    if (!config.tcpBridge().enabled()) {
      return List.of();
    }
    TcpBridgeProtocol bridge =
        new TcpBridgeProtocol(
            node.hub(), config.bridge(), node.logins(), ProtocolContext.frameSize(config));
    return List.of(new TcpServer("tcp-bridge", config.tcpBridge(), bridge::accept));
  }
}
