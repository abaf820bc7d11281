package io.busbar.protocol;

import io.busbar.config.Config;
import io.busbar.hub.Hub;
import io.vertx.core.Vertx;

/**
 * What every protocol is given of its node.
 *
 * @param logins who clients are
 * @param sockJs for clients without WebSockets
 */
public record ProtocolContext(Vertx vertx, Hub hub, Config config, Logins logins, Fallback sockJs) {
  /** What a message may have beside its body, of {@code limits.message-size}. */
  private static final int HEADERS = 64 << 10;

  /** Mounts protocols at paths, over whatever a client has instead of WebSockets. */
  public interface Fallback {
    HttpEndpoint at(String path, MessageProtocol protocol, WebSocketOptions limits);
  }

  /** Bytes of the largest message of a protocol that has headers in it, too. */
  public static int frameSize(Config config) {
    return config.limits().messageSize().asInt() + HEADERS;
  }

  /** WebSockets whose messages are bodies. */
  public WebSocketOptions bodies() {
    return WebSocketOptions.of(config, config.limits().messageSize().asInt(), hub.inbound());
  }

  /** WebSockets whose messages have headers, too. */
  public WebSocketOptions frames() {
    return WebSocketOptions.of(config, frameSize(config), hub.inbound());
  }
}
