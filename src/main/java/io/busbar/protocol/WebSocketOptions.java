package io.busbar.protocol;

import io.busbar.config.Config;
import io.busbar.config.HttpConfig;
import io.busbar.hub.InboundBudget;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a WebSocket.
 *
 * @param maxMessageSize bytes of a message, its frames together
 * @param pingIntervalMillis after this silence the client is pinged
 * @param pongTimeoutMillis and, still silent after this, dropped
 * @param deflation how, where permessage-deflate is agreed upon with those who offer it; null where
 *     it is not
 * @param inbound counts messages that are not whole
 */
public record WebSocketOptions(
    int maxMessageSize,
    long pingIntervalMillis,
    long pongTimeoutMillis,
    @Nullable Deflation deflation,
    InboundBudget inbound) {
  /**
   * How messages are compressed.
   *
   * @param level 1, which is fast, to 9, which is small
   * @param threshold bytes of the smallest that is
   */
  public record Deflation(int level, int threshold) {
    private static @Nullable Deflation of(HttpConfig.WebSocket config) {
      return config.compression()
          ? new Deflation(config.compressionLevel(), config.compressionThreshold().asInt())
          : null;
    }
  }

  public static WebSocketOptions of(Config config, int maxMessageSize, InboundBudget inbound) {
    return new WebSocketOptions(
        maxMessageSize,
        config.http().websocket().pingInterval().toMillis(),
        config.http().websocket().pongTimeout().toMillis(),
        Deflation.of(config.http().websocket()),
        inbound);
  }
}
