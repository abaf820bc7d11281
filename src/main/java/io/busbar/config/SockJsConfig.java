package io.busbar.config;

import java.time.Duration;

/**
 * The configuration of all SockJS endpoints.
 *
 * @param heartbeat interval of the {@code h} frames on an idle transport
 * @param disconnectDelay how long a session without a receiver stays alive
 * @param streamingLimit a streaming response ends after this many bytes
 * @param cookieNeeded sets JSESSIONID, for load balancers that use it
 * @param websocket whether the WebSocket transport is offered
 */
public record SockJsConfig(
    Duration heartbeat,
    Duration disconnectDelay,
    Size streamingLimit,
    boolean cookieNeeded,
    boolean websocket) {
  public SockJsConfig {
    Checks.positive("heartbeat", heartbeat);
    Checks.positive("disconnect-delay", disconnectDelay);
    Checks.between("streaming-limit", streamingLimit, 1024, 1 << 30);
  }

  static SockJsConfig defaults() {
    return new SockJsConfig(
        Duration.ofSeconds(25), Duration.ofSeconds(5), Size.ofKiB(128), false, true);
  }
}
