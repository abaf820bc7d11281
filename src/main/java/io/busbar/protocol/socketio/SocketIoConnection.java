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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection with its namespaces: hands each packet to the one that it is for. Owned by its
 * transport's event loop.
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

  /** Null once it is in a namespace. */
  private @Nullable ScheduledFuture<?> connectTimeout;

  private long second;
  private int connects;
  private int pauses;

  /** What was said past the sessions since the client took something. */
  private int untaken;

  private boolean gone;

  SocketIoConnection(SocketIoProtocol protocol, Transport transport, Principal principal) {
    this.protocol = protocol;
    this.transport = transport;
    this.principal = principal;
    this.decoder = protocol.codec().decoder(this::received);
  }

  /**
   * Clients of protocol 4 are in the main namespace without asking.
   *
   * @param query what those say of themselves; null for nothing
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
    if (members.isEmpty() && !gone) {
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
    heard(message.length());
    requireForm(PacketForm.TEXT);
    decoder.decode(message);
  }

  @Override
  public void binary(Buffer message) {
    heard(message.length());
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

  @Nullable PacketForm form() {
    return form;
  }

  private void heard(int size) {
    NamespaceMember first = first();
    if (first != null) {
      first.session().heard(size);
    }
  }

  /** Who stands for the connection; null where it is in no namespace. */
  private @Nullable NamespaceMember first() {
    return members.isEmpty() ? null : members.values().iterator().next();
  }

  private void received(SocketPacket packet) {
    if (gone) {
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

  /** Each one is a session that begins, and a question to a feature. */
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

  /** Says no to who is in no namespace; nothing else is on its way then. */
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
        transport.framing().join(List.of(transport.framing().prepare(form.wire(packet)))));
    transport.flush();
  }

  /** The client is told to leave the namespace. */
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
    if (--pauses == 0 && !gone) {
      transport.resume();
    }
  }

  /** Each session's tick comes here; one a round is enough. */
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
    gone = true;
    inTime();
    decoder.stop();
    List.copyOf(members.values()).forEach(NamespaceMember::lost);
    List.copyOf(members.values()).forEach(this::leave);
  }
}
