package io.busbar.protocol;

import io.busbar.config.Config;

/**
 * What holds for a WebSocket.
 *
 * @param maxMessageSize bytes of a message, its frames together
 * @param pingIntervalMillis after this silence the client is pinged
 * @param pongTimeoutMillis and, still silent after this, dropped
 * @param compression whether permessage-deflate is agreed upon with those who offer it
 */
public record WebSocketOptions(
    int maxMessageSize, long pingIntervalMillis, long pongTimeoutMillis, boolean compression) {

  public static WebSocketOptions of(Config config, int maxMessageSize) {
    return new WebSocketOptions(
        maxMessageSize,
        config.http().websocket().pingInterval().toMillis(),
        config.http().websocket().pongTimeout().toMillis(),
        config.http().websocket().compression());
  }
}
