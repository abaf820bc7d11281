package io.busbar.config;

import java.time.Duration;

/**
 * The event-bus bridge, in SockJS at the path and as plain WebSocket at path/websocket.
 *
 * @param pingTimeout a client that sent a ping and then nothing for this long is dropped
 * @param replyTimeout how long an answer may take
 * @param base64 how a body of bytes is written
 */
public record BridgeConfig(
    String path, Duration pingTimeout, Duration replyTimeout, Base64Alphabet base64) {
  /** The two alphabets of RFC 4648. */
  public enum Base64Alphabet {
    /** {@code -} and {@code _}, without padding: Vert.x 4 and 5. */
    URL,
    /** {@code +} and {@code /}, padded with {@code =}: Vert.x 3. */
    BASIC
  }

  public BridgeConfig {
    Checks.path("path", path);
    Checks.positive("ping-timeout", pingTimeout);
    Checks.positive("reply-timeout", replyTimeout);
  }

  static BridgeConfig defaults() {
    return new BridgeConfig(
        "/eventbus", Duration.ofSeconds(10), Duration.ofSeconds(30), Base64Alphabet.URL);
  }
}
