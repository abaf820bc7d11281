package io.busbar.protocol.engineio;

import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.WebSocketTransport;
import io.busbar.protocol.WebSocketUpgrade;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Handles requests for a WebSocket, for a new session or a polling one. Immutable; runs on the
 * event loop of the request.
 */
final class EngineHandshakes {
  private final EngineOptions options;
  private final EngineSessions sessions;
  private final Map<EngineRevision, MessageProtocol> protocols;
  private final WebSocketOptions webSocket;

  EngineHandshakes(
      EngineOptions options,
      EngineSessions sessions,
      Map<EngineRevision, MessageProtocol> protocols,
      WebSocketOptions webSocket) {
    this.options = options;
    this.sessions = sessions;
    this.protocols = protocols;
    this.webSocket = webSocket;
  }

  /** Opens a session. */
  void open(RoutingContext routing, EngineQuery query) {
    MessageProtocol protocol = protocol(query);
    EngineFraming framing = EngineFraming.of(query.checkedRevision());
    WebSocketUpgrade.accept(routing, protocol.subProtocols(), framing, webSocket)
        .onSuccess(socket -> open(socket, routing, query, protocol));
  }

  private void open(
      WebSocketTransport socket,
      RoutingContext routing,
      EngineQuery query,
      MessageProtocol protocol) {
    EngineWebSocket transport =
        new EngineWebSocket(socket, query.checkedRevision(), options, ContextInternal.current());
    transport.open(options.welcome(sessions.nextId(), List.of()));
    Client client = Client.of("engineio", socket.subProtocol(), routing);
    transport.receiver(protocol.accept(transport, client));
  }

  private MessageProtocol protocol(EngineQuery query) {
    return Objects.requireNonNull(
        protocols.get(query.checkedRevision()), "there is one for each revision");
  }

  /** Upgrades a polling session to the WebSocket. */
  void upgrade(RoutingContext routing, EngineQuery query) {
    EngineLink link = sessions.find(query);
    if (link == null) {
      EngineError.UNKNOWN_SID.answer(routing.request());
      return;
    }
    List<String> subProtocols = protocol(query).subProtocols();
    EngineFraming framing = EngineFraming.of(query.checkedRevision());
    // Set before the client hears of it, because its input on the WebSocket precedes its next poll.
    link.probed(true);
    WebSocketUpgrade.accept(routing, subProtocols, framing, webSocket)
        .onFailure(refused -> link.probed(false))
        .onSuccess(
            socket -> {
              EngineProbe probe =
                  new EngineProbe(
                      socket,
                      query.checkedRevision(),
                      link,
                      ContextInternal.current(),
                      options.upgradeTimeoutMillis());
              probe.ask();
              socket.receiver(probe);
            });
  }
}
