package io.busbar.config;

import java.time.Duration;

/**
 * The configuration of the event-bus bridge: SockJS at the path, and plain WebSocket at
 * path/websocket.
 *
 * @param pingTimeout a client is dropped when it is silent for this long after a ping of its own
 * @param replyTimeout time limit for an answer
 * @param base64 alphabet for a body of bytes
 */
public record BridgeConfig(
    String path, Duration pingTimeout, Duration replyTimeout, Base64Alphabet base64) {
  /** The two alphabets of RFC 4648. */
  public enum Base64Alphabet {
    /** {@code -} and {@code _}, without padding, as in Vert.x 4 and 5. */
    URL,
    /** {@code +} and {@code /}, padded with {@code =}, as in Vert.x 3. */
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
