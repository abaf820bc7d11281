package io.busbar.protocol.engineio;

import io.busbar.config.Config;
import io.busbar.config.SocketIoConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What holds for one Engine.IO endpoint.
 *
 * @param revisions those that are spoken
 * @param transports those offered: polling, websocket
 * @param pingIntervalMillis between two signs of life that are asked for
 * @param pingTimeoutMillis and so much later the other side is given up
 * @param maxPayload bytes of one request, or one message of a WebSocket
 * @param upgradeTimeoutMillis within which a session must have changed to its WebSocket
 * @param mostSessions that began with polling, in all
 * @param mostSessionsPerAddress and from one address
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
   * Those that are configured.
   *
   * @param maxPayload bytes of one request, or one message of a WebSocket
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

  /** What a session is told first. */
  OpenPacket welcome(String id, List<String> upgrades) {
    return new OpenPacket(id, upgrades, pingIntervalMillis, pingTimeoutMillis, maxPayload);
  }

  boolean offers(String transport) {
    return transports.contains(transport);
  }
}
