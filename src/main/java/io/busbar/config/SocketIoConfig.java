package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * What holds for the clients of Socket.IO, and of Engine.IO below it.
 *
 * @param engine the revisions of Engine.IO that are spoken, of {@link #REVISIONS}
 * @param transports by which clients may come, of {@link #TRANSPORTS}
 * @param pingInterval between two signs of life that are asked for
 * @param pingTimeout and so much later the other side is given up
 * @param maxPayload bytes of one request, or one message of a WebSocket
 * @param upgradeTimeout within which a client must have changed from polling to its WebSocket
 */
public record SocketIoConfig(
    List<Integer> engine,
    List<String> transports,
    Duration pingInterval,
    Duration pingTimeout,
    Size maxPayload,
    Duration upgradeTimeout) {
  public static final List<Integer> REVISIONS = List.of(4, 3);
  public static final List<String> TRANSPORTS = List.of("polling", "websocket");

  public SocketIoConfig {
    engine = List.copyOf(engine);
    transports = List.copyOf(transports);
    Checks.require(!engine.isEmpty(), "engine", "must name a revision");
    for (int i = 0; i < engine.size(); i++) {
      Checks.require(REVISIONS.contains(engine.get(i)), "engine[" + i + "]", "must be 3 or 4");
    }
    Checks.require(!transports.isEmpty(), "transports", "must name a transport");
    for (int i = 0; i < transports.size(); i++) {
      Checks.oneOf("transports[" + i + "]", transports.get(i), TRANSPORTS);
    }
    Checks.positive("ping-interval", pingInterval);
    Checks.positive("ping-timeout", pingTimeout);
    Checks.between("max-payload", maxPayload, 128, 64 << 20);
    Checks.positive("upgrade-timeout", upgradeTimeout);
  }

  /** Those of the servers that the clients' makers offer. */
  static SocketIoConfig defaults() {
    return new SocketIoConfig(
        REVISIONS,
        TRANSPORTS,
        Duration.ofSeconds(25),
        Duration.ofSeconds(20),
        new Size(1_000_000),
        Duration.ofSeconds(10));
  }
}
