package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.WebSocketTransport;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.busbar.protocol.session.SendOutcome;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket for a session that began with polling. After {@code 2probe}, {@code 3probe} and
 * {@code 5} it is the transport of the session. An error before that closes only the socket. Owned
 * by the event loop of the socket.
 */
final class EngineProbe implements Receiver {
  private static final String PROBE = "probe";

  /** Maximum of messages that the session has not taken yet; beyond it the socket is paused. */
  private static final int MOST_UNANSWERED = 16;

  /** Interval in which a silent client is checked, because another WebSocket may have come. */
  private static final long AGAIN_MILLIS = 1_000;

  private static final Disconnect NO_UPGRADE =
      new Disconnect(1002, "a WebSocket of a session begins with 2probe and 5", false);
  private static final Disconnect REFUSED =
      new Disconnect(1008, "the session has no need of this WebSocket", false);
  private static final Disconnect LATE = new Disconnect(1008, "the probe took too long", true);

  /** The phase of the upgrade. */
  private enum State {
    NEW,
    PROBING,
    PROBED,
    UPGRADED,
    OVER
  }

  private final WebSocketTransport socket;
  private final EngineRevision revision;
  private final EngineLink link;
  private final ContextInternal context;
  private final WebSocketDownlink downlink;
  private final ScheduledFuture<?> timeout;

  /** Whether the client upgraded before our answer, while the session still needs that order. */
  private boolean hasty;

  private State state = State.NEW;
  private int unanswered;

  EngineProbe(
      WebSocketTransport socket,
      EngineRevision revision,
      EngineLink link,
      ContextInternal context,
      long timeoutMillis) {
    this.socket = socket;
    this.revision = revision;
    this.link = link;
    this.context = context;
    this.downlink = new WebSocketDownlink(socket, context);
    this.timeout =
        context
            .nettyEventLoop()
            .schedule(
                () -> context.emit(nothing -> giveUp(LATE)), timeoutMillis, TimeUnit.MILLISECONDS);
  }

  /** Asks for the session at once, so a client that only waits for a refusal gets it. */
  void ask() {
    link.command(EngineCommand.ASK, outcome -> context.emit(nothing -> asked(outcome)));
  }

  /** Handles the answer, unless the client has sent its probe meanwhile. */
  private void asked(SendOutcome outcome) {
    if (state != State.NEW) {
      return;
    }
    if (outcome == SendOutcome.REFUSED || outcome == SendOutcome.GONE) {
      giveUp(REFUSED);
    } else {
      context
          .nettyEventLoop()
          .schedule(() -> context.emit(nothing -> again()), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void again() {
    if (state == State.NEW) {
      ask();
    }
  }

  @Override
  public void text(String frame) {
    received(revision.decode(frame));
  }

  @Override
  public void binary(Buffer frame) {
    received(revision.decode(frame));
  }

  private void received(EnginePacket packet) {
    boolean isProbe = packet.type() == Type.PING && PROBE.equals(packet.text());
    if (state == State.UPGRADED) {
      pass(packet);
    } else if (state == State.NEW && isProbe) {
      state = State.PROBING;
      link.command(EngineCommand.PROBE, outcome -> context.emit(nothing -> probed(outcome)));
    } else if (state == State.PROBING && packet.type() == Type.UPGRADE && !hasty) {
      hurry();
    } else if (state == State.PROBED && packet.type() == Type.UPGRADE) {
      change();
    } else if (state != State.OVER) {
      throw new ProtocolException(NO_UPGRADE, NO_UPGRADE.reason());
    }
  }

  /** Handles an upgrade before our answer: the session must first accept the probe. */
  private void hurry() {
    if (link.keepsOrder()) {
      change();
    } else {
      // Later input of the client waits in its socket.
      hasty = true;
      socket.pause();
    }
  }

  private void change() {
    state = State.UPGRADED;
    timeout.cancel(false);
    link.bring(downlink);
  }

  private void probed(SendOutcome outcome) {
    if (outcome != SendOutcome.TAKEN) {
      giveUp(REFUSED);
    } else if (state == State.UPGRADED) {
      answer();
    } else if (state == State.PROBING) {
      state = State.PROBED;
      answer();
      if (hasty) {
        change();
        socket.resume();
      }
    } else {
      abandon();
    }
  }

  private void answer() {
    EnginePacket pong = EnginePacket.of(Type.PONG, PROBE);
    socket.write(Unpooled.wrappedBuffer(EngineFrames.frame(revision, pong)));
    socket.flush();
  }

  private void giveUp(Disconnect why) {
    if (state != State.UPGRADED) {
      socket.close(why);
    }
  }

  private void pass(EnginePacket packet) {
    unanswered++;
    link.send(
        new EngineUpload(List.of(packet), false),
        outcome -> context.emit(nothing -> answered(outcome)));
    if (unanswered == MOST_UNANSWERED) {
      socket.pause();
    }
  }

  private void answered(SendOutcome outcome) {
    if (unanswered-- == MOST_UNANSWERED) {
      socket.resume();
    }
    if (outcome != SendOutcome.TAKEN) {
      socket.close(Disconnect.NORMAL);
    }
  }

  private void abandon() {
    link.command(EngineCommand.ABANDON, outcome -> {});
  }

  @Override
  public void closed() {
    timeout.cancel(false);
    if (state == State.UPGRADED) {
      downlink.closed();
    } else if (state == State.PROBED) {
      abandon();
    }
    link.probed(false);
    state = State.OVER;
  }
}
