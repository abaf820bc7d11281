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
 * What the client of a session sends: signs of life are taken at once, messages when the protocol
 * takes some. Owned by the session's loop.
 */
final class EngineUpstream {
  /** Uploads that wait for the protocol: a WebSocket is read no further before. */
  private static final int MOST_UPLOADS = 64;

  /** Requests that a client may have begun before it hears that its WebSocket works. */
  private static final int MOST_EARLY = 4;

  /** Who pings and does not read is not answered for ever. */
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
   * Takes the packets of one request, or of a WebSocket. A client that sends two requests at a time
   * loses its session, and so does one whose signs of life are not those of its revision.
   */
  void take(EngineUpload upload, Consumer<SendOutcome> outcome) {
    if (upload.isRequest() && posting) {
      outcome.accept(SendOutcome.REFUSED);
      session.end(Type.CLOSE);
      return;
    }
    heartbeat.heard();
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
    messages.add(others, said -> taken(upload, said, outcome));
  }

  private void taken(EngineUpload upload, SendOutcome said, Consumer<SendOutcome> outcome) {
    posting &= !upload.isRequest();
    outcome.accept(said);
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
      } else if (packet.type() == Type.MESSAGE) {
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
   * A client that changes to a WebSocket ends its last request first, and polls no more. The
   * protocol may wait for just that, having said more than one poll took: so that request is
   * answered at once.
   */
  void changing() {
    messages.answerEarly(MOST_EARLY);
  }

  /** It has changed, or stays as it is. */
  void changed() {
    messages.answerWhenTaken();
  }

  /** Whether messages wait for the protocol. */
  boolean isHolding() {
    return messages.isHolding();
  }

  void pause() {
    messages.pause();
  }

  void resume() {
    messages.resume();
  }

  /** Nobody wants what still comes. */
  void close() {
    messages.close();
  }

  /** Tells the protocol that the session is closed. */
  void closed() {
    if (receiver != null) {
      receiver.closed();
    }
  }

  /** There is no session any more. */
  void end() {
    messages.end();
  }
}
