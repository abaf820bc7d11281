package io.busbar.protocol;

import io.busbar.config.Config;
import io.busbar.hub.Hub;
import io.vertx.core.Vertx;

/**
 * The parts of a node that every protocol gets.
 *
 * @param logins check of logins
 * @param bodies options of WebSockets whose messages are bodies
 * @param sockJs fallback for clients without WebSockets
 */
public record ProtocolContext(
    Vertx vertx, Hub hub, Config config, Logins logins, WebSocketOptions bodies, Fallback sockJs) {
  /** Bytes for the headers of a message, in addition to {@code limits.message-size}. */
  private static final int HEADERS = 64 << 10;

  /**
   * The mounting of protocols at paths for clients without WebSockets. Used while the node starts.
   */
  public interface Fallback {
    HttpEndpoint at(String path, MessageProtocol protocol, WebSocketOptions limits);
  }

  /** Returns the maximum size of a message with headers, in bytes. */
  public static int frameSize(Config config) {
    return config.limits().messageSize().asInt() + HEADERS;
  }

  /** Returns the options of WebSockets whose messages have headers, too. */
  public WebSocketOptions frames() {
    return bodies.upTo(frameSize(config));
  }
}
