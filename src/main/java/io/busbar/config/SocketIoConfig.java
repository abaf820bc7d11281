package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * The configuration of Socket.IO, for clients of version 1 to 4, on Engine.IO at the path.
 *
 * @param engine supported revisions of Engine.IO: 4 for clients of version 3 and 4, 3 for those of
 *     version 1 and 2
 * @param pingInterval interval of the pings
 * @param pingTimeout time limit for the answer to a ping
 * @param maxPayload bytes of one request or message of a client
 * @param attachments number of binary attachments in one packet
 * @param connectTimeout a client that has joined no namespace within this time is dropped
 * @param upgradeTimeout time limit for the upgrade from polling to a WebSocket
 * @param recovery how long after a lost connection a client can come back and get what it missed,
 *     from channels with a history; 0 for never
 * @param client file that is served as the client library; empty for the one in the jar
 * @param namespaces the first one with a matching name counts; others do not exist
 */
public record SocketIoConfig(
    String path,
    List<Integer> engine,
    List<String> transports,
    Duration pingInterval,
    Duration pingTimeout,
    Size maxPayload,
    int attachments,
    Duration connectTimeout,
    Duration upgradeTimeout,
    Duration recovery,
    String client,
    List<Namespace> namespaces) {
  private static final List<Integer> REVISIONS = List.of(3, 4);
  private static final List<String> TRANSPORTS = List.of("polling", "websocket");

  public SocketIoConfig {
    Checks.path("path", path);
    engine = List.copyOf(engine);
    Checks.require(!engine.isEmpty(), "engine", "must name a revision");
    for (int i = 0; i < engine.size(); i++) {
      Checks.require(REVISIONS.contains(engine.get(i)), "engine[" + i + "]", "must be 3 or 4");
    }
    transports = List.copyOf(transports);
    Checks.require(!transports.isEmpty(), "transports", "must name a transport");
    for (int i = 0; i < transports.size(); i++) {
      Checks.oneOf("transports[" + i + "]", transports.get(i), TRANSPORTS);
    }
    Checks.positive("ping-interval", pingInterval);
    Checks.positive("ping-timeout", pingTimeout);
    Checks.between("max-payload", maxPayload, 128, 64 << 20);
    Checks.between("attachments", attachments, 0, 1000);
    Checks.positive("connect-timeout", connectTimeout);
    Checks.positive("upgrade-timeout", upgradeTimeout);
    Checks.notNegative("recovery", recovery);
    namespaces = List.copyOf(namespaces);
  }

  static SocketIoConfig defaults() {
    return new SocketIoConfig(
        "/socket.io",
        List.of(4, 3),
        TRANSPORTS,
        Duration.ofSeconds(25),
        Duration.ofSeconds(20),
        new Size(1_000_000),
        10,
        Duration.ofSeconds(45),
        Duration.ofSeconds(10),
        Duration.ZERO,
        "",
        List.of(
            new Namespace("/", "", "", false), new Namespace("/chat", "chat", "chat.room", false)));
  }

  /**
   * A namespace: the bus itself, or a feature's.
   *
   * @param name begins with a slash; {@code *} in it stands for any text without a slash
   * @param address address of the feature; empty for the bus
   * @param channel channel that every client of it hears; empty for none
   * @param admit whether a client joins only after the feature has answered
   */
  public record Namespace(
      String name,
      @MayBeAbsent String address,
      @MayBeAbsent String channel,
      @MayBeAbsent Boolean admit) {
    public Namespace {
      Checks.require(name.startsWith("/"), "name", "begins with a slash");
      address = address == null ? "" : address;
      channel = channel == null ? "" : channel;
      admit = admit != null && admit;
      Checks.require(!admit || !address.isEmpty(), "admit", "is for a namespace with an address");
    }

    /** Returns whether its clients talk to the bus, and not to a feature. */
    public boolean isBus() {
      return address.isEmpty();
    }
  }
}
