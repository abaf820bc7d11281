package io.busbar.protocol;

import java.util.List;

/**
 * What one protocol opens on a node. It is made once, from a {@link ProtocolContext}, and is all
 * that the gateway knows of the protocol.
 */
public interface ProtocolModule {
  /** What answers on the HTTP port. */
  List<HttpEndpoint> endpoints();

  /** What has TCP ports of its own. */
  default List<TcpServer> tcpServers() {
    return List.of();
  }
}
