package io.busbar.protocol.bridge;

import io.busbar.config.BridgeConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.Logins;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;

/**
 * The Vert.x event-bus bridge with JSON messages, for vertx-eventbus.js and similar clients.
 * Immutable; a connection is accepted on the event loop of its transport.
 */
public final class BridgeProtocol implements MessageProtocol {
  private final Hub hub;
  private final BridgeConfig config;
  private final Logins logins;
  private final BridgeDialect dialect;

  /** The bridge for clients over SockJS and WebSocket. */
  public BridgeProtocol(Hub hub, BridgeConfig config, Logins logins) {
    this(hub, config, logins, SockJsDialect.INSTANCE);
  }

  /** The bridge for clients with that dialect. */
  public BridgeProtocol(Hub hub, BridgeConfig config, Logins logins, BridgeDialect dialect) {
    this.dialect = dialect;
    this.logins = logins;
    this.hub = hub;
    this.config = config;
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    long pingTimeout = config.pingTimeout().toMillis();
    Session session = hub.join(transport, dialect.protocol(), client.principal());
    BridgeLogin login = new BridgeLogin(logins, session, client.remoteAddress());
    BridgeEncoder encoder = BridgeEncoder.of(dialect, config.base64());
    return new BridgeSession(hub, session, transport, login, encoder, pingTimeout);
  }
}
