package io.busbar.protocol;

import io.busbar.hub.Principal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a client when it connects.
 *
 * @param transport {@code websocket}, {@code sockjs}, {@code engineio} or {@code tcp}
 * @param remoteAddress host of the client
 * @param subProtocol agreed WebSocket sub-protocol; null for none
 * @param query query of the request's URL; null for none
 * @param principal identity of the client, as far as the request tells it
 */
public record Client(
    String transport,
    String remoteAddress,
    @Nullable String subProtocol,
    @Nullable String query,
    Principal principal) {
  private static final String TCP = "tcp";
  private static final String WHO = Client.class.getName();

  public static Client of(String transport, @Nullable String subProtocol, RoutingContext routing) {
    return of(transport, subProtocol, routing.request(), principal(routing));
  }

  public static Client of(
      String transport,
      @Nullable String subProtocol,
      HttpServerRequest request,
      Principal principal) {
    return new Client(transport, remoteAddress(request), subProtocol, request.query(), principal);
  }

  /** Returns a TCP client that has sent nothing yet. */
  public static Client of(NetSocket socket) {
    String host = socket.remoteAddress() == null ? null : socket.remoteAddress().hostAddress();
    return new Client(TCP, host == null ? "" : host, null, null, Principal.NOBODY);
  }

  /** Returns the host that the request comes from. */
  public static String remoteAddress(HttpServerRequest request) {
    String host = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    return host == null ? "" : host;
  }

  /** Stores the identity of the client in its request. */
  public static void identify(RoutingContext routing, Principal principal) {
    routing.put(WHO, principal);
  }

  /** Returns the identity of the client; nobody where none was found. */
  public static Principal principal(RoutingContext routing) {
    Principal found = routing.get(WHO);
    return found == null ? Principal.NOBODY : found;
  }
}
