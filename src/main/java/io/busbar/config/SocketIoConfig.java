package io.busbar.config;

import java.time.Duration;
import java.util.List;

/**
 * Socket.IO, for its clients of line 1 to 4, on Engine.IO at the path.
 *
 * @param engine the revisions of Engine.IO that are spoken: 4 for clients of line 3 and 4, 3 for
 *     those of 1 and 2
 * @param pingInterval how often it is asked whether the other side is there
 * @param pingTimeout how long the answer may take
 * @param maxPayload bytes of one request or message of a client
 * @param attachments pieces of bytes in one packet
 * @param connectTimeout a client that is in no namespace by then is dropped
 * @param upgradeTimeout how long a change from polling to a WebSocket may take
 * @param recovery for so long after its connection was lost, a client comes back to what it heard
 *     and missed, where that are channels with a history; 0 for not at all
 * @param client a file that is served as the client library; empty takes the one in the jar
 * @param namespaces the first whose name matches counts; others do not exist
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
   * @param name begins with a slash; {@code *} in it stands for anything but a slash
   * @param address where the feature listens; empty makes it the bus
   * @param channel what every client of it hears; empty is nothing
   * @param admit whether a client is in only when the feature has answered that it came
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

    /** Whether clients speak to the bus, and not to a feature. */
    public boolean isBus() {
      return address.isEmpty();
    }
  }
}
