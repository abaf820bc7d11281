package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.busbar.protocol.session.SendOutcome;
import io.busbar.protocol.session.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The input of a session's client. Pings and pongs are handled at once, messages when the protocol
 * accepts them. Owned by the session's event loop.
 */
final class EngineUpstream {
  /** Maximum of uploads that wait for the protocol; beyond it a WebSocket is paused. */
  private static final int MOST_UPLOADS = 64;

  /** Maximum of requests that a client may have begun before it knows that its WebSocket works. */
  private static final int MOST_EARLY = 4;

  /** Maximum of unread pongs for a client that pings and does not read. */
  private static final int MOST_PONGS = 16;

  private static final int MOST_PING_DATA = 128;

  private static final System.Logger LOG = System.getLogger(EngineUpstream.class.getName());

  private final EngineSession session;
  private final EngineHeartbeat heartbeat;
  private final Upstream<EnginePacket> messages;
  private @Nullable Receiver receiver;
  private boolean posting;

  EngineUpstream(EngineSession session, EngineHeartbeat heartbeat) {
    this.session = session;
    this.heartbeat = heartbeat;
    this.messages = new Upstream<>(this::hand, MOST_UPLOADS);
  }

  /** Lets the protocol begin. */
  void open(MessageProtocol protocol, Client client) {
    try {
      receiver = protocol.accept(session, client);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /**
   * Takes the packets of one request or of a WebSocket. The session of a client ends when it sends
   * two requests at a time, or pings or pongs of another revision.
   */
  void take(EngineUpload upload, Consumer<SendOutcome> outcome) {
    if (upload.isRequest() && posting) {
      outcome.accept(SendOutcome.REFUSED);
      session.end(Type.CLOSE);
      return;
    }
    heartbeat.received();
    List<EnginePacket> others = new ArrayList<>(upload.packets().size());
    for (EnginePacket packet : upload.packets()) {
      if (packet.type() != Type.PING && packet.type() != Type.PONG) {
        others.add(packet);
      } else if (!isRightSignOfLife(packet)) {
        outcome.accept(SendOutcome.BROKEN);
        session.end(Type.CLOSE);
        return;
      }
    }
    posting |= upload.isRequest();
    messages.add(others, result -> taken(upload, result, outcome));
  }

  private void taken(EngineUpload upload, SendOutcome result, Consumer<SendOutcome> outcome) {
    posting &= !upload.isRequest();
    outcome.accept(result);
  }

  private boolean isRightSignOfLife(EnginePacket packet) {
    boolean clientPings = session.revision() == EngineRevision.THREE;
    boolean isPing = packet.type() == Type.PING;
    if (isPing != clientPings || packet.text().length() > MOST_PING_DATA) {
      return false;
    }
    if (!isPing) {
      heartbeat.ponged();
    } else if (session.waiting() < MOST_PONGS) {
      session.write(EnginePacket.of(Type.PONG, packet.text()));
    }
    return true;
  }

  private void hand(EnginePacket packet) {
    try {
      if (packet.type() == Type.CLOSE) {
        session.end(Type.NOOP);
      } else if (packet.type() == Type.MESSAGE && receiver != null) {
        EngineMessages.hand(packet, receiver);
      }
    } catch (ProtocolException e) {
      session.close(e.disconnect());
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException cause) {
    LOG.log(System.Logger.Level.ERROR, "an Engine.IO session failed", cause);
    session.close(Disconnect.FAILED);
  }

  /**
   * Answers waiting requests at once. A client that upgrades first ends its last request and does
   * not poll any more. The protocol may wait for a poll before it takes messages, so otherwise
   * neither would go on.
   */
  void changing() {
    messages.answerEarly(MOST_EARLY);
  }

  /** Answers requests again only when their messages are taken, after an upgrade or its failure. */
  void changed() {
    messages.answerWhenTaken();
  }

  /** Returns whether messages wait for the protocol. */
  boolean isHolding() {
    return messages.isHolding();
  }

  void pause() {
    messages.pause();
  }

  void resume() {
    messages.resume();
  }

  /** Drops further messages, because the session is closed. */
  void close() {
    messages.close();
  }

  /** Tells the protocol that the session is closed. */
  void closed() {
    if (receiver != null) {
      receiver.closed();
    }
  }

  /** Ends the input, because the session is gone. */
  void end() {
    messages.end();
  }
}
