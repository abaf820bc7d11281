package io.busbar.protocol;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;

/**
 * What is known of a client when it connects.
 *
 * @param transport {@code websocket}, {@code sockjs} or {@code tcp}
 * @param remoteAddress the host it comes from
 * @param subProtocol the WebSocket sub-protocol agreed upon; null for none
 * @param headers of the request that opened the connection
 */
public record Client(String transport, String remoteAddress, String subProtocol, MultiMap headers) {

  public static Client of(String transport, String subProtocol, HttpServerRequest request) {
    String remote = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    return new Client(transport, remote, subProtocol, request.headers());
  }
}
