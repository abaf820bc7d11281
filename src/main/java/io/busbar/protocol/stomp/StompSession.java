package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Principal;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.hub.Wire;
import io.busbar.protocol.Client;
import io.busbar.protocol.Logins;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Receiver;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.ServerFrame;
import io.vertx.ext.stomp.StompServer;
import io.vertx.ext.stomp.StompServerConnection;
import io.vertx.ext.stomp.StompServerHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSession;

/**
 * One client, over whichever transport: its bytes become frames, each frame goes to the handler of
 * its command, and what breaks a rule becomes an ERROR, after which the connection closes. Owned by
 * its transport's event loop.
 */
final class StompSession implements Receiver, StompServerConnection {
  private static final System.Logger LOG = System.getLogger(StompSession.class.getName());
  private static final long ERROR_GRACE_MILLIS = 5_000;

  private enum State {
    /** Nothing but CONNECT is taken. */
    NEW,
    /** Frames wait until it is known who the client is. */
    LOGGING_IN,
    CONNECTED,
    /** Nothing is taken any more. */
    LEAVING
  }

  private record Received(Frame frame, StompServerConnection connection) implements ServerFrame {}

  /** A COMMIT and how many of its frames are not done yet. */
  private static final class Commit {
    private final Frame frame;
    private int left;

    private Commit(Frame frame, int left) {
      this.frame = frame;
      this.left = left;
    }
  }

  private final Vertx vertx;
  private final Hub hub;
  private final Session session;
  private final Transport transport;
  private final StompServer server;
  private final StompServerHandler handler;
  private final Logins logins;
  private final String remoteAddress;
  private final StompDecoder decoder;
  private final StompTransactions transactions;
  private final StompSubscriptions subscriptions = new StompSubscriptions();
  private final HeartBeat heartBeat;
  private final List<Frame> early = new ArrayList<>(0);
  private final long connectTimer;
  private State state = State.NEW;
  private StompVersion version = StompVersion.V1_0;
  private long sendMillis;
  private long expectMillis;
  private Handler<StompServerConnection> pingHandler = StompServerConnection::ping;
  private int questions;
  private int consumers;
  private int working;
  private Map<Frame, Commit> commits = Map.of();
  private Runnable whenIdle;

  StompSession(
      StompProtocol protocol, Transport transport, Client client, StompServerHandler handler) {
    this.logins = protocol.logins();
    this.remoteAddress = client.remoteAddress();
    this.vertx = protocol.vertx();
    this.hub = protocol.hub();
    this.transport = transport;
    this.server = protocol.server();
    this.handler = handler;
    this.session = hub.join(transport, StompProtocol.NAME, client.principal());
    this.session.farewell(this::farewell);
    this.decoder = new StompDecoder(protocol.limits(), this::receive);
    this.transactions = new StompTransactions(protocol.config().transactions());
    this.heartBeat = new HeartBeat(vertx);
    long timeout = protocol.config().connectTimeout().toMillis();
    this.connectTimer =
        vertx.setTimer(
            timeout,
            timer ->
                fail(null, Disconnect.IDLE, "a client sends CONNECT within " + timeout + " ms"));
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
    heartBeat.heard();
    if (state == State.LEAVING) {
      return;
    }
    try {
      decoder.decode(bytes);
    } catch (ProtocolException e) {
      fail(decoder.headersSoFar().get(Frame.RECEIPT), e.disconnect(), e.getMessage());
    }
  }

  private void receive(Frame frame) {
    boolean connects = frame.getCommand() == Command.CONNECT || frame.getCommand() == Command.STOMP;
    if (state == State.LOGGING_IN) {
      if (early.isEmpty()) {
        transport.pause();
      }
      early.add(frame);
    } else if (connects != (state == State.NEW)) {
      String rule = "the first frame, and no other one, is CONNECT or STOMP";
      fail(frame.getHeader(Frame.RECEIPT), Disconnect.PROTOCOL_ERROR, rule);
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
      handler.handle(new Received(frame, this));
    } catch (ProtocolException e) {
      fail(frame.getReceipt(), e.disconnect(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "the handler of " + frame.getCommand() + " failed", e);
      fail(frame.getReceipt(), Disconnect.FAILED, Disconnect.FAILED.reason());
    }
  }

  /** Will read what follows by the rules of this version, and wait with it for the login. */
  void loggingIn(StompVersion agreed) {
    vertx.cancelTimer(connectTimer);
    version = agreed;
    decoder.version(agreed);
    state = State.LOGGING_IN;
  }

  /** Will say so, begin to beat and take the frames that waited. */
  void connected(Principal who, Frame connected) {
    if (state != State.LOGGING_IN) {
      return;
    }
    state = State.CONNECTED;
    session.loggedIn(who);
    write(connected);
    heartBeat.start(
        sendMillis,
        expectMillis,
        () -> pingHandler.handle(this),
        () -> fail(null, Disconnect.IDLE, "no heart-beat came for much longer than agreed"));
    if (!early.isEmpty()) {
      List<Frame> waited = new ArrayList<>(early);
      early.clear();
      waited.forEach(this::receiveLater);
      transport.resume();
    }
  }

  private void receiveLater(Frame frame) {
    if (state == State.CONNECTED) {
      receive(frame);
    }
  }

  /** Work began that a frame asked for. */
  void workBegins() {
    working++;
  }

  /** A transaction is to be done: it is when each of its frames is. */
  void workBegins(Frame commit, List<Frame> frames) {
    working++;
    commits = commits.isEmpty() ? new HashMap<>() : commits;
    Commit waiting = new Commit(commit, frames.size());
    frames.forEach(frame -> commits.put(frame, waiting));
  }

  /** It is done: says so to a client that asked for a receipt. */
  void workEnds(Frame frame) {
    working--;
    confirm(frame);
    Commit commit = commits.isEmpty() ? null : commits.remove(frame);
    if (commit != null && --commit.left == 0) {
      workEnds(commit.frame);
    }
    if (working == 0 && whenIdle != null) {
      whenIdle.run();
    }
  }

  /** It could not be done. */
  void workFails(Frame frame, String words) {
    working--;
    fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, words);
  }

  /** Will give the receipt that the frame asks for, if any. */
  void confirm(Frame frame) {
    if (frame.getReceipt() != null && state != State.LEAVING) {
      session.write(ServerFrames.receipt(version, frame.getReceipt()));
    }
  }

  /** Will take nothing more, end what is under way, give the receipt and close. */
  void leave(Frame disconnect) {
    subscriptions.endAll(hub, session, true);
    decoder.stop();
    heartBeat.stop();
    whenIdle =
        () -> {
          whenIdle = null;
          session.whenSettled(() -> sayGoodbye(disconnect));
        };
    if (working == 0) {
      whenIdle.run();
    }
  }

  private void sayGoodbye(Frame disconnect) {
    confirm(disconnect);
    state = State.LEAVING;
    closeWhenWritten(Disconnect.NORMAL);
  }

  /**
   * Will say what rule was broken, and close when that is out.
   *
   * @param receipt of the frame that broke it; null for none
   */
  void fail(String receipt, Disconnect why, String words) {
    fail(receipt, why, words, null);
  }

  void fail(String receipt, Disconnect why, String words, Map<String, String> more) {
    if (state == State.LEAVING) {
      return;
    }
    state = State.LEAVING;
    decoder.stop();
    heartBeat.stop();
    vertx.cancelTimer(connectTimer);
    subscriptions.endAll(hub, session, false);
    session.write(ServerFrames.error(version, words, receipt, more));
    closeWhenWritten(new Disconnect(why.code(), words, why.retry()));
  }

  private void closeWhenWritten(Disconnect why) {
    session.whenWritten(() -> session.close(why));
    vertx.setTimer(ERROR_GRACE_MILLIS, timer -> session.close(why));
  }

  private Wire farewell(Disconnect why) {
    if (state == State.LEAVING) {
      return null;
    }
    state = State.LEAVING;
    return ServerFrames.error(version, why.reason(), null, null);
  }

  @Override
  public void closed() {
    state = State.LEAVING;
    decoder.stop();
    heartBeat.stop();
    vertx.cancelTimer(connectTimer);
    subscriptions.endAll(hub, session, false);
    handler.onClose(this);
    hub.leave(session);
  }

  /** Writes a MESSAGE for this client alone. */
  void message(String destination, Payload payload, MultiMap headers, CharSequence more) {
    if (state != State.LEAVING) {
      String id = MessageEncoder.nextId();
      session.write(encoder().encode(destination, id, payload, headers, more));
    }
  }

  /** Writes header lines as this client reads them. */
  MessageEncoder encoder() {
    return new MessageEncoder(version, "", 0, false);
  }

  int nextConsumer() {
    return ++consumers;
  }

  int questionsOpen() {
    return questions;
  }

  void questionsOpen(int change) {
    questions += change;
  }

  Logins logins() {
    return logins;
  }

  String remoteAddress() {
    return remoteAddress;
  }

  StompVersion version() {
    return version;
  }

  boolean isConnected() {
    return state == State.CONNECTED;
  }

  Session hubSession() {
    return session;
  }

  StompTransactions transactions() {
    return transactions;
  }

  StompSubscriptions subscriptions() {
    return subscriptions;
  }

  @Override
  public StompServerConnection write(Frame frame) {
    session.write(ServerFrames.encode(version, frame));
    return this;
  }

  @Override
  public StompServerConnection write(Buffer buffer) {
    session.write(Wire.text(buffer.getBytes()));
    return this;
  }

  @Override
  public StompServer server() {
    return server;
  }

  @Override
  public SSLSession sslSession() {
    return null;
  }

  @Override
  public StompServerHandler handler() {
    return handler;
  }

  @Override
  public String session() {
    return session.id();
  }

  @Override
  public void close() {
    state = State.LEAVING;
    closeWhenWritten(Disconnect.NORMAL);
  }

  @Override
  public void ping() {
    session.write(ServerFrames.BEAT);
  }

  /** Whatever is heard counts already where bytes come in. */
  @Override
  public void onServerActivity() {}

  @Override
  public void configureHeartbeat(
      long ping, long pong, Handler<StompServerConnection> newPingHandler) {
    sendMillis = ping;
    expectMillis = pong;
    pingHandler = newPingHandler;
  }
}
