package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.Logins;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.engineio.EngineRevision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of Socket.IO, whose namespaces are features or the bus. Any thread may use it; a
 * connection is accepted on the event loop of its transport.
 */
public final class SocketIoProtocol implements MessageProtocol {
  private static final int MOST_DEPTH = 100;
  private static final int MOST_ELEMENTS = 100_000;
  private static final int LONGEST_NAMESPACE = 1_024;

  private final Hub hub;
  private final SocketIoConfig config;
  private final Logins logins;
  private final SocketProtocol version;
  private final SocketCodec codec;
  private final MsgpackCodec msgpack;
  private final RecoveryStates recoveries;
  private final List<NamespaceRule> namespaces = new ArrayList<>();

  /** Returns the protocol of clients with this revision of Engine.IO. */
  public static SocketIoProtocol on(
      EngineRevision revision, Hub hub, SocketIoConfig config, Logins logins) {
    boolean isOld = revision == EngineRevision.THREE;
    return new SocketIoProtocol(
        hub, config, logins, isOld ? SocketProtocol.FOUR : SocketProtocol.FIVE);
  }

  private SocketIoProtocol(Hub hub, SocketIoConfig config, Logins logins, SocketProtocol version) {
    this.hub = hub;
    this.config = config;
    this.logins = logins;
    this.version = version;
    this.codec =
        new SocketCodec(
            version,
            new SocketLimits(
                config.attachments(),
                config.maxPayload().asInt(),
                LONGEST_NAMESPACE,
                MOST_DEPTH,
                MOST_ELEMENTS));
    this.msgpack = codec.msgpack();
    this.recoveries =
        new RecoveryStates(version == SocketProtocol.FOUR ? Duration.ZERO : config.recovery());
    config.namespaces().forEach(each -> namespaces.add(new NamespaceRule(each)));
  }

  @Override
  public Receiver accept(Transport transport, Client client) {
    SocketIoConnection connection = new SocketIoConnection(this, transport, client.principal());
    connection.open(client.query());
    return connection;
  }

  Hub hub() {
    return hub;
  }

  SocketIoConfig config() {
    return config;
  }

  Logins logins() {
    return logins;
  }

  SocketProtocol version() {
    return version;
  }

  MsgpackCodec msgpack() {
    return msgpack;
  }

  RecoveryStates recoveries() {
    return recoveries;
  }

  SocketCodec codec() {
    return codec;
  }

  /** Returns the configuration of the namespace; null for an unknown one. */
  SocketIoConfig.@Nullable Namespace rule(String namespace) {
    for (NamespaceRule each : namespaces) {
      if (each.matches(namespace)) {
        return each.config();
      }
    }
    return null;
  }
}
