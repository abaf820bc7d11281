package io.busbar.protocol;

import io.busbar.config.Config;
import io.busbar.config.HttpConfig;
import io.busbar.hub.InboundBudget;
import org.jspecify.annotations.Nullable;

/**
 * The options of a WebSocket.
 *
 * @param maxMessageSize maximum size of a message, all its frames together, in bytes
 * @param pingIntervalMillis silence of the client before a ping, in milliseconds
 * @param pongTimeoutMillis further silence after which the client is dropped, in milliseconds
 * @param deflation compression for clients that offer permessage-deflate; null for none
 * @param inbound budget that counts incomplete messages
 */
public record WebSocketOptions(
    int maxMessageSize,
    long pingIntervalMillis,
    long pongTimeoutMillis,
    @Nullable Deflation deflation,
    InboundBudget inbound) {
  /**
   * The parameters of compression.
   *
   * @param level from 1, which is fast, to 9, which is small
   * @param threshold bytes of the smallest message that is compressed
   * @param windows room of all clients for earlier messages that later ones refer to
   */
  record Deflation(int level, int threshold, WindowBudget windows) {
    private static @Nullable Deflation of(HttpConfig.WebSocket config, InboundBudget inbound) {
      if (!config.compression()) {
        return null;
      }
      long memory = config.compressionMemory().bytes();
      return new Deflation(
          config.compressionLevel(),
          config.compressionThreshold().asInt(),
          new WindowBudget(memory > 0 ? memory : inbound.most()));
    }
  }

  /**
   * The options of a node's WebSockets whose messages are bodies. Others are made of these by
   * {@link #upTo}, so that all have the same limits.
   */
  public static WebSocketOptions of(Config config, InboundBudget inbound) {
    HttpConfig.WebSocket webSocket = config.http().websocket();
    return new WebSocketOptions(
        config.limits().messageSize().asInt(),
        webSocket.pingInterval().toMillis(),
        webSocket.pongTimeout().toMillis(),
        Deflation.of(webSocket, inbound),
        inbound);
  }

  /** The same for messages of up to that many bytes. */
  public WebSocketOptions upTo(int size) {
    return new WebSocketOptions(size, pingIntervalMillis, pongTimeoutMillis, deflation, inbound);
  }
}
