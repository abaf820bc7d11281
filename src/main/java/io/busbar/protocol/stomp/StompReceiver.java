package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.InboundBudget;
import io.busbar.hub.PartialInput;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.ServerFrame;
import io.vertx.ext.stomp.StompServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input of one client over any transport. It decodes bytes into frames and gives each frame to
 * the handler of its command. A broken rule fails the session. Owned by the session's event loop.
 */
final class StompReceiver implements Receiver, PartialInput.Holder {
  private static final System.Logger LOG = System.getLogger(StompReceiver.class.getName());

  /** A frame together with its connection, as handlers of vertx-stomp expect it. */
  private record Received(Frame frame, StompServerConnection connection) implements ServerFrame {}

  private final StompSession session;
  private final StompDecoder decoder;
  private final List<Frame> early = new ArrayList<>(0);

  /** Null until the client has sent a frame in several pieces. */
  private @Nullable PartialInput partialInput;

  StompReceiver(StompSession session, StompLimits limits) {
    this.session = session;
    this.decoder = new StompDecoder(limits, this::receive);
  }

  @Override
  public void text(String message) {
    receive(message.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void binary(Buffer message) {
    receive(message.getBytes());
  }

  private void receive(byte[] bytes) {
    session.received(bytes.length);
    if (session.state() == StompSession.State.LEAVING) {
      return;
    }
    try {
      decoder.decode(bytes);
    } catch (ProtocolException e) {
      String receipt = decoder.headersSoFar().get(Frame.RECEIPT);
      session.failWhenDone(receipt, e.disconnect(), String.valueOf(e.getMessage()));
    }
    count(decoder.heldBytes());
  }

  private void count(int held) {
    if (held > 0 && partialInput == null) {
      partialInput = session.partialInput(this);
    }
    if (partialInput != null) {
      partialInput.holds(held, decoder.cameBytes());
    }
  }

  @Override
  public void giveUp(InboundBudget.Reason why) {
    Disconnect disconnect = why.disconnect();
    session.fail(decoder.headersSoFar().get(Frame.RECEIPT), disconnect, disconnect.reason());
  }

  @Override
  public boolean isHeldBack() {
    return session.hubSession().isHeldBack();
  }

  private void receive(Frame frame) {
    boolean connects = frame.getCommand() == Command.CONNECT || frame.getCommand() == Command.STOMP;
    if (session.state() == StompSession.State.LOGGING_IN) {
      if (early.isEmpty()) {
        session.holdBack();
      }
      early.add(frame);
    } else if (connects != (session.state() == StompSession.State.NEW)) {
      String rule = "the first frame, and no other one, is CONNECT or STOMP";
      session.fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, rule);
    } else {
      handle(frame, connects);
    }
  }

  private void handle(Frame frame, boolean connects) {
    try {
      if (connects) {
        String beats = HeartBeat.normalized(frame.getHeader(Frame.HEARTBEAT));
        frame.getHeaders().computeIfPresent(Frame.HEARTBEAT, (name, value) -> beats);
      }
      session.handler().handle(new Received(frame, session));
    } catch (ProtocolException e) {
      session.fail(frame.getReceipt(), e.disconnect(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "the handler of " + frame.getCommand() + " failed", e);
      session.fail(frame.getReceipt(), Disconnect.FAILED, Disconnect.FAILED.reason());
    }
  }

  /** Sets the version by which later frames are read. */
  void version(StompVersion agreed) {
    decoder.version(agreed);
  }

  /** Handles the frames that waited for the login. */
  void loggedIn() {
    if (early.isEmpty()) {
      return;
    }
    List<Frame> waited = new ArrayList<>(early);
    early.clear();
    for (Frame frame : waited) {
      if (session.isConnected()) {
        receive(frame);
      }
    }
    session.readOn();
  }

  /** Stops reading frames. */
  void stop() {
    decoder.stop();
    count(0);
  }

  @Override
  public void whenAnswered(Runnable task) {
    session.whenAnswered(task);
  }

  @Override
  public void closed() {
    if (partialInput != null) {
      partialInput.close();
    }
    session.closed();
  }
}
