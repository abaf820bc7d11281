package io.busbar.protocol.engineio;

import io.busbar.config.Config;
import io.busbar.config.SocketIoConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The options of one Engine.IO endpoint.
 *
 * @param revisions enabled revisions
 * @param transports enabled transports: polling, websocket
 * @param pingIntervalMillis time between two pings, in milliseconds
 * @param pingTimeoutMillis time for the answer to a ping, in milliseconds
 * @param maxPayload maximum size of a request or of a WebSocket message, in bytes
 * @param upgradeTimeoutMillis maximum time of an upgrade to a WebSocket, in milliseconds
 * @param mostSessions maximum number of sessions that began with polling
 * @param mostSessionsPerAddress the same for one client address
 */
public record EngineOptions(
    Set<EngineRevision> revisions,
    Set<String> transports,
    long pingIntervalMillis,
    long pingTimeoutMillis,
    int maxPayload,
    long upgradeTimeoutMillis,
    int mostSessions,
    int mostSessionsPerAddress) {
  public static final String POLLING = "polling";
  public static final String WEBSOCKET = "websocket";

  public EngineOptions {
    revisions = Set.copyOf(revisions);
    transports = Set.copyOf(transports);
  }

  /**
   * Returns the configured options.
   *
   * @param maxPayload maximum size of a request or of a WebSocket message, in bytes
   */
  static EngineOptions of(Config config, int maxPayload) {
    SocketIoConfig common = config.socketio();
    return new EngineOptions(
        common.engine().stream()
            .map(number -> EngineRevision.of(number.toString()))
            .collect(Collectors.toSet()),
        Set.copyOf(common.transports()),
        common.pingInterval().toMillis(),
        common.pingTimeout().toMillis(),
        maxPayload,
        common.upgradeTimeout().toMillis(),
        config.limits().connections(),
        config.limits().connectionsPerAddress());
  }

  /** Returns the first packet of a session. */
  OpenPacket welcome(String id, List<String> upgrades) {
    return new OpenPacket(id, upgrades, pingIntervalMillis, pingTimeoutMillis, maxPayload);
  }

  boolean offers(String transport) {
    return transports.contains(transport);
  }
}
