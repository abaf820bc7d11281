package io.busbar.protocol;

import io.busbar.config.Config;
import io.busbar.hub.InboundBudget;

/**
 * What holds for a WebSocket.
 *
 * @param maxMessageSize bytes of a message, its frames together
 * @param pingIntervalMillis after this silence the client is pinged
 * @param pongTimeoutMillis and, still silent after this, dropped
 * @param compression whether permessage-deflate is agreed upon with those who offer it
 * @param inbound counts messages that are not whole
 */
public record WebSocketOptions(
    int maxMessageSize,
    long pingIntervalMillis,
    long pongTimeoutMillis,
    boolean compression,
    InboundBudget inbound) {

  public static WebSocketOptions of(Config config, int maxMessageSize, InboundBudget inbound) {
    return new WebSocketOptions(
        maxMessageSize,
        config.http().websocket().pingInterval().toMillis(),
        config.http().websocket().pongTimeout().toMillis(),
        config.http().websocket().compression(),
        inbound);
  }
}
