package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Principal;
import io.busbar.hub.Transport;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection with its namespaces, which gives each packet to its namespace. Owned by the event
 * loop of its transport.
 */
final class SocketIoConnection implements Receiver {
  private static final int MOST_NAMESPACES = 32;
  private static final int MOST_CONNECTS_A_SECOND = 100;
  private static final int MOST_UNTAKEN = 100;

  private final SocketIoProtocol protocol;
  private final Transport transport;
  private final Principal principal;
  private final SocketDecoder decoder;

  /** Null before the first packet. */
  private @Nullable PacketForm form;

  private final Map<String, NamespaceMember> members = new LinkedHashMap<>(2);

  /** Null once the client is in a namespace. */
  private @Nullable ScheduledFuture<?> connectTimeout;

  private long second;
  private int connects;
  private int pauses;

  /** Packets written without a session since the client last read something. */
  private int untaken;

  private boolean disconnected;

  SocketIoConnection(SocketIoProtocol protocol, Transport transport, Principal principal) {
    this.protocol = protocol;
    this.transport = transport;
    this.principal = principal;
    this.decoder = protocol.codec().decoder(this::received);
  }

  /**
   * Opens the connection. Clients of protocol 4 enter the main namespace without a packet.
   *
   * @param query of such a client; null for none
   */
  void open(@Nullable String query) {
    transport.writableHandler(
        () -> List.copyOf(members.values()).forEach(NamespaceMember::writableAgain));
    connectTimeout =
        ContextInternal.current()
            .nettyEventLoop()
            .schedule(
                this::tooLate,
                protocol.config().connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    if (protocol.version() == SocketProtocol.FOUR) {
      form = PacketForm.TEXT;
      connect(
          new SocketPacket(
              SocketPacket.Type.CONNECT, SocketPacket.MAIN, query, SocketPacket.NO_ID, null));
    }
  }

  private void tooLate() {
    if (members.isEmpty() && !disconnected) {
      transport.close(Disconnect.IDLE);
    }
  }

  private void inTime() {
    if (connectTimeout != null) {
      connectTimeout.cancel(false);
      connectTimeout = null;
    }
  }

  @Override
  public void text(String message) {
    received(message.length());
    requireForm(PacketForm.TEXT);
    decoder.decode(message);
  }

  @Override
  public void binary(Buffer message) {
    received(message.length());
    if (form == PacketForm.TEXT) {
      decoder.decode(message);
    } else {
      requireForm(PacketForm.MSGPACK);
      received(protocol.msgpack().decode(message));
    }
  }

  private void requireForm(PacketForm shown) {
    form = form == null ? shown : form;
    if (form != shown) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "packets are MessagePack, or JSON, but not both");
    }
  }

  PacketForm form() {
    return Objects.requireNonNull(form, "the client has shown it by its first packet");
  }

  private void received(int size) {
    NamespaceMember first = first();
    if (first != null) {
      first.session().received(size);
    }
  }

  /** Returns the namespace whose session counts the connection's input; null for none. */
  private @Nullable NamespaceMember first() {
    return members.isEmpty() ? null : members.values().iterator().next();
  }

  private void received(SocketPacket packet) {
    if (disconnected) {
      return;
    }
    NamespaceMember member = members.get(packet.namespace());
    switch (packet.type()) {
      case CONNECT -> {
        if (member == null) {
          connect(packet);
        }
      }
      case DISCONNECT -> {
        if (member != null) {
          leave(member);
        }
      }
      case EVENT, ACK -> {
        if (member != null) {
          member.received(packet);
        } else if (members.isEmpty()) {
          throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "the first packet is no CONNECT");
        }
      }
      case CONNECT_ERROR ->
          throw new ProtocolException(
              Disconnect.PROTOCOL_ERROR, "only a server says CONNECT_ERROR");
    }
  }

  private void connect(SocketPacket packet) {
    countConnect();
    String namespace = packet.namespace();
    SocketIoConfig.Namespace rule = protocol.rule(namespace);
    if (rule == null) {
      refuse(namespace, "Invalid namespace", null);
    } else if (members.size() >= MOST_NAMESPACES) {
      refuse(namespace, "Too many namespaces", null);
    } else {
      NamespaceMember member =
          new NamespaceMember(protocol, this, transport, principal, namespace, rule);
      members.put(namespace, member);
      inTime();
      member.enter(packet);
    }
  }

  /** Limits CONNECTs, because each opens a session and may ask a feature. */
  private void countConnect() {
    long now = System.nanoTime();
    if (now - second > TimeUnit.SECONDS.toNanos(1)) {
      second = now;
      connects = 0;
    }
    if (++connects > MOST_CONNECTS_A_SECOND) {
      throw new ProtocolException(
          new Disconnect(1008, "too many CONNECTs in a second", true), "too many CONNECTs");
    }
  }

  /** Refuses a client that is not in the namespace; nothing else is in progress for it. */
  void refuse(String namespace, String words, @Nullable Object data) {
    JsonObject why = new JsonObject().put("message", words);
    if (data != null) {
      why.put("data", data);
    }
    say(
        SocketPacket.connectError(
            namespace, protocol.version() == SocketProtocol.FOUR ? words : why));
  }

  private void say(SocketPacket packet) {
    untaken = transport.writable() ? 0 : untaken + 1;
    if (untaken > MOST_UNTAKEN) {
      transport.close(Disconnect.SLOW);
      return;
    }
    transport.write(
        transport.framing().join(List.of(transport.framing().prepare(form().toMessage(packet)))));
    transport.flush();
  }

  /** Tells the client to leave the namespace. */
  void expel(String namespace) {
    NamespaceMember member = members.get(namespace);
    if (member != null) {
      say(SocketPacket.disconnect(namespace));
      leave(member);
    }
  }

  void leave(NamespaceMember member) {
    if (members.remove(member.namespace(), member)) {
      member.leave();
    }
  }

  void pause() {
    if (pauses++ == 0) {
      transport.pause();
    }
  }

  void resume() {
    if (--pauses == 0 && !disconnected) {
      transport.resume();
    }
  }

  /** Ticks the transport once a round, although each session calls this. */
  void tick(NamespaceTransport of, long nowMillis) {
    NamespaceMember first = first();
    if (first != null && first.isOver(of)) {
      transport.tick(nowMillis);
    }
  }

  @Override
  public void whenAnswered(Runnable task) {
    new ArrayList<>(members.values())
        .stream()
            .reduce(
                task, (after, member) -> () -> member.whenAnswered(after), (one, other) -> other)
            .run();
  }

  @Override
  public void closed() {
    disconnected = true;
    inTime();
    decoder.stop();
    List.copyOf(members.values()).forEach(NamespaceMember::lost);
    List.copyOf(members.values()).forEach(this::leave);
  }
}
