package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Principal;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.LoginException;
import io.busbar.protocol.OpenAnswers;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client in one namespace. It has its own session there, and knows the session's id. Owned by the
 * event loop of its connection.
 */
final class NamespaceMember {
  static final String NAME = "socketio";

  private final SocketIoProtocol protocol;
  private final SocketIoConnection connection;
  private final NamespaceTransport transport;
  private final String namespace;
  private final Hub hub;
  private final Session session;
  private final NamespaceHandler handler;
  private final OpenAnswers entering = new OpenAnswers();

  /** Packets that came before the client was admitted; null after that. */
  private @Nullable ArrayDeque<SocketPacket> early = new ArrayDeque<>(0);

  private boolean left;

  NamespaceMember(
      SocketIoProtocol protocol,
      SocketIoConnection connection,
      Transport shared,
      Principal principal,
      String namespace,
      SocketIoConfig.Namespace rule) {
    this.protocol = protocol;
    this.connection = connection;
    this.transport = new NamespaceTransport(connection, shared, namespace);
    this.namespace = namespace;
    this.hub = protocol.hub();
    this.session = hub.join(transport, NAME, principal);
    this.handler =
        rule.isBus() ? new BusNamespace(hub, this) : new FeatureNamespace(hub, this, rule);
  }

  /** Returns the encoder for messages of channels. */
  EventEncoder encoder(boolean bus) {
    return new EventEncoder(namespace, bus, connection.form(), false);
  }

  String namespace() {
    return namespace;
  }

  Session session() {
    return session;
  }

  boolean isOver(NamespaceTransport of) {
    return transport == of;
  }

  void writableAgain() {
    transport.writableAgain();
  }

  /** Authenticates the client and lets it in. */
  void enter(SocketPacket packet) {
    // Later input of the client waits in its socket.
    session.holdBack();
    entering.begins();
    JsonObject auth = Handshake.auth(packet);
    Future<Principal> who = Handshake.login(protocol.logins(), auth, session.remoteAddress());
    if (who == null) {
      handler.enters(auth);
      return;
    }
    session
        .here(who)
        .onComplete(
            known -> {
              if (left) {
                return;
              }
              if (known.succeeded()) {
                session.loggedIn(known.result());
                handler.enters(Handshake.withoutSecrets(auth));
              } else {
                refuse(words(known.cause()), null);
              }
            });
  }

  private static String words(Throwable failure) {
    return failure instanceof LoginException
        ? String.valueOf(failure.getMessage())
        : LoginException.WRONG.getMessage();
  }

  /** Handles the loss of the connection. */
  void lost() {
    if (!left && early == null) {
      handler.lost();
    }
  }

  boolean hasLeft() {
    return left;
  }

  /** Returns the store for connection state recovery; disabled for protocols without it. */
  RecoveryStates recoveries() {
    return protocol.recoveries();
  }

  /** Admits the client: tells it its id and handles the packets that waited. */
  void admit() {
    admit(new JsonObject().put("sid", session.id()));
  }

  /**
   * Admits the client with more data.
   *
   * @param data not sent to clients of protocol 4
   */
  void admit(JsonObject data) {
    if (left) {
      return;
    }
    boolean old = protocol.version() == SocketProtocol.FOUR;
    say(SocketPacket.connect(namespace, old ? null : data));
    ArrayDeque<SocketPacket> before = early;
    early = null;
    session.readOn();
    entering.ends();
    if (before != null) {
      before.forEach(this::received);
    }
  }

  /** Refuses the client. */
  void refuse(String words, @Nullable Object data) {
    if (left) {
      return;
    }
    connection.leave(this);
    connection.refuse(namespace, words, data);
  }

  void received(SocketPacket packet) {
    if (left) {
      return;
    }
    if (early != null) {
      early.add(packet);
      return;
    }
    List<Object> values =
        Handshake.list((JsonArray) Objects.requireNonNull(packet.data(), "an event has data"));
    if (packet.type() == SocketPacket.Type.ACK) {
      acknowledged(packet.id(), values);
    } else {
      String name = String.valueOf(values.get(0));
      handler.onEvent(name, values.subList(1, values.size()), packet.id());
    }
  }

  /**
   * Replies to the event's sender. Acknowledgements without a waiting sender are ignored, as by all
   * servers.
   */
  private void acknowledged(long number, List<Object> arguments) {
    String replyAddress = session.pendingReply(number);
    if (replyAddress != null) {
      hub.reply(
          session, replyAddress, EventEncoder.payload(arguments), EventEncoder.count(arguments));
    }
  }

  /** Sends an event to this client only. */
  void emit(String event, List<Object> arguments) {
    JsonArray all = new JsonArray().add(event);
    arguments.forEach(all.getList()::add);
    say(SocketPacket.event(namespace, SocketPacket.NO_ID, all));
  }

  /** Acknowledges an event if the client wants that. */
  void acknowledge(long ack, List<Object> arguments) {
    if (ack != SocketPacket.NO_ID) {
      say(SocketPacket.ack(namespace, ack, new JsonArray(arguments)));
    }
  }

  void say(SocketPacket packet) {
    if (!session.isClosed()) {
      session.write(connection.form().toMessage(packet));
    }
  }

  void whenAnswered(Runnable task) {
    entering.whenNone(() -> handler.whenAnswered(() -> session.whenQuiet(task)));
  }

  /** Removes the client from the namespace. */
  void leave() {
    if (!left) {
      left = true;
      if (early != null) {
        entering.ends();
      }
      transport.end();
      hub.leave(session);
      handler.left();
    }
  }
}
