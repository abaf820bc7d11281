package io.busbar.protocol.sockjs;

import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketFraming;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.WebSocketUpgrade;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Handles requests for a WebSocket, with SockJS frames or raw. Immutable; runs on the event loop of
 * the request.
 */
final class Handshakes {
  private final SockJsOptions options;
  private final MessageProtocol protocol;
  private final WebSocketOptions webSocket;

  Handshakes(SockJsOptions options, MessageProtocol protocol, WebSocketOptions webSocket) {
    this.options = options;
    this.protocol = protocol;
    this.webSocket = webSocket;
  }

  /** Handles SockJS 0.3.3, "Raw WebSocket url": no frames, no {@code o}, no heart-beats. */
  void raw(RoutingContext routing) {
    if (!isUpgrade(routing.request())) {
      return;
    }
    WebSocketUpgrade.accept(routing, protocol.subProtocols(), WebSocketFraming.INSTANCE, webSocket)
        .onSuccess(
            socket -> {
              Client client = Client.of("websocket", socket.subProtocol(), routing);
              socket.receiver(protocol.accept(socket, client));
            });
  }

  /** Handles SockJS 0.3.3, "WebSocket protocols". */
  void framed(RoutingContext routing) {
    if (!isUpgrade(routing.request())) {
      return;
    }
    WebSocketUpgrade.accept(
            routing,
            protocol.subProtocols(),
            SockJsFraming.WEBSOCKET,
            SockJsMessageFraming.INSTANCE,
            webSocket)
        .onSuccess(
            socket -> {
              SockJsWebSocket transport = new SockJsWebSocket(socket, options.heartbeatMillis());
              Client client = Client.of("sockjs", socket.subProtocol(), routing);
              transport.open();
              transport.receiver(protocol.accept(transport, client));
            });
  }

  /** Returns whether the handshake may proceed; otherwise answers the request. */
  private boolean isUpgrade(HttpServerRequest request) {
    if (request.method() != HttpMethod.GET) {
      Answers.notAllowed(request.response(), "GET");
    } else if (!WebSocketUpgrade.isAsked(request)) {
      Answers.text(request.response(), 400, "Can \"Upgrade\" only to \"WebSocket\".");
    } else if (!connection(request).contains("upgrade")) {
      Answers.text(request.response(), 400, "\"Connection\" must be \"Upgrade\".");
    } else {
      if (options.cookieNeeded()) {
        Answers.sessionCookie(request);
      }
      return true;
    }
    return false;
  }

  private static String connection(HttpServerRequest request) {
    String value = request.getHeader(HttpHeaders.CONNECTION);
    return value == null ? "" : value.toLowerCase(Locale.ROOT);
  }
}
