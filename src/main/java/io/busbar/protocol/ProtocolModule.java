package io.busbar.protocol;

import java.util.List;

/**
 * The endpoints and servers that one protocol opens on a node. The gateway makes it once, from a
 * {@link ProtocolContext}, and knows nothing else of the protocol.
 */
public interface ProtocolModule {
  /** Returns its endpoints on the HTTP port. */
  List<HttpEndpoint> endpoints();

  /** Returns its servers with TCP ports of their own. */
  default List<TcpServer> tcpServers() {
    return List.of();
  }
}
