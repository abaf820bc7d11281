package io.busbar.protocol.stomp;

import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import io.busbar.protocol.TcpServer;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.queue.Queues;
import java.util.List;

/** The module for STOMP over TCP, WebSocket and SockJS. Immutable. */
public final class StompModule implements ProtocolModule {
  private final ProtocolContext node;
  private final StompProtocol stomp;

  public StompModule(ProtocolContext node, Queues queues) {
    this.node = node;
    this.stomp = new StompProtocol(node.vertx(), node.hub(), node.config(), node.logins(), queues);
  }

  @Override
  public List<HttpEndpoint> endpoints() {
    String path = node.config().stomp().path();
    return List.of(
        new WebSocketEndpoint(path, stomp, node.frames()),
        node.sockJs().at(path, stomp, node.frames()));
  }

  @Override
  public List<TcpServer> tcpServers() {
    return List.of(new TcpServer("stomp", node.config().stomp(), stomp::accept));
  }
}
