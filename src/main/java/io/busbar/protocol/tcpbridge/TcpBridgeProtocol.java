package io.busbar.protocol.tcpbridge;

import io.busbar.config.BridgeConfig;
import io.busbar.hub.Hub;
import io.busbar.protocol.Client;
import io.busbar.protocol.Logins;
import io.busbar.protocol.TcpMessageTransport;
import io.busbar.protocol.bridge.BridgeProtocol;
import io.vertx.core.net.NetSocket;

/**
 * The event-bus bridge over TCP in the format of vertx-tcp-eventbus-bridge, with the length before
 * each message. Immutable; a connection is accepted on its own event loop.
 */
public final class TcpBridgeProtocol {
  private final Hub hub;
  private final BridgeProtocol bridge;
  private final int maxMessageSize;

  /**
   * @param maxMessageSize maximum size of a message with its headers, in bytes
   */
  public TcpBridgeProtocol(Hub hub, BridgeConfig config, Logins logins, int maxMessageSize) {
    this.hub = hub;
    this.bridge = new BridgeProtocol(hub, config, logins, TcpDialect.INSTANCE);
    this.maxMessageSize = maxMessageSize;
  }

  /** Accepts a new connection; called on its event loop. */
  public void accept(NetSocket socket) {
    TcpMessageTransport transport =
        new TcpMessageTransport(
            socket, maxMessageSize, hub.inbound(), TcpDialect.INSTANCE::closeMessage);
    transport.receiver(bridge.accept(transport, Client.of(socket)));
  }
}
