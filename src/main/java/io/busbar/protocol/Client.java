package io.busbar.protocol;

import io.busbar.hub.Principal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client when it connects.
 *
 * @param transport {@code websocket}, {@code sockjs}, {@code engineio} or {@code tcp}
 * @param remoteAddress the host it comes from
 * @param subProtocol the WebSocket sub-protocol agreed upon; null for none
 * @param query of that request's URL; null for none
 * @param principal who it is, as far as the request says
 */
public record Client(
    String transport, String remoteAddress, @Nullable String subProtocol, @Nullable String query, Principal principal) {
  private static final String TCP = "tcp";
  private static final String WHO = Client.class.getName();

  public static Client of(String transport, String subProtocol, RoutingContext routing) {
    return of(transport, subProtocol, routing.request(), principal(routing));
  }

  public static Client of(
      String transport, String subProtocol, HttpServerRequest request, Principal principal) {
    return new Client(transport, remoteAddress(request), subProtocol, request.query(), principal);
  }

  /** One that speaks over TCP, and has said nothing yet. */
  public static Client of(NetSocket socket) {
    String host = socket.remoteAddress() == null ? null : socket.remoteAddress().hostAddress();
    return new Client(TCP, host == null ? "" : host, null, null, Principal.NOBODY);
  }

  /** The host that the request comes from. */
  public static String remoteAddress(HttpServerRequest request) {
    String host = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    return host == null ? "" : host;
  }

  /** Remembers who sends the request. */
  public static void identify(RoutingContext routing, Principal principal) {
    routing.put(WHO, principal);
  }

  /** Who sends the request; nobody where nothing was found out. */
  public static Principal principal(RoutingContext routing) {
    Principal found = routing.get(WHO);
    return found == null ? Principal.NOBODY : found;
  }
}
