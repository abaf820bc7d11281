package io.busbar.protocol;

import io.busbar.config.Config;
import io.busbar.config.HttpConfig;
import io.busbar.hub.InboundBudget;
import org.jspecify.annotations.NullUnmarked;
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
// Jazzer 0.24 loses the fields of a record whose components have type annotations.
@NullUnmarked
public record WebSocketOptions(
    int maxMessageSize,
    long pingIntervalMillis,
    long pongTimeoutMillis,
    Deflation deflation,
    InboundBudget inbound) {
  /**
   * The parameters of compression.
   *
   * @param level from 1, which is fast, to 9, which is small
   * @param threshold bytes of the smallest message that is compressed
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
