package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Hub;
import io.busbar.hub.PartialInput;
import io.busbar.hub.Payload;
import io.busbar.hub.Principal;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.Logins;
import io.busbar.queue.Queues;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.StompServer;
import io.vertx.ext.stomp.StompServerConnection;
import io.vertx.ext.stomp.StompServerHandler;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The STOMP session of one client: login, heart-beats, subscriptions, output and end. A broken rule
 * becomes an ERROR, after which the connection closes. Its {@link StompReceiver} reads the input.
 * Owned by the event loop of its transport.
 */
final class StompSession implements StompServerConnection {
  private static final long ERROR_GRACE_MILLIS = 5_000;

  /** The phase of a session. */
  enum State {
    /** Only CONNECT is accepted. */
    NEW,
    /** Frames wait for the end of the login. */
    LOGGING_IN,
    CONNECTED,
    /** Nothing is accepted any more. */
    LEAVING
  }

  private final Vertx vertx;
  private final Hub hub;
  private final Session session;
  private final boolean textOnly;
  private final StompServer server;
  private final StompServerHandler handler;
  private final @Nullable Logins logins;
  private final String remoteAddress;
  private final StompReceiver receiver;
  private final StompWork work = new StompWork(this);
  private final StompTransactions transactions;
  private final StompSubscriptions subscriptions = new StompSubscriptions();
  private final StompTemporaryQueues temporary;
  private final Queues queues;
  private final HeartBeat heartBeat;
  private final long connectTimer;
  private State state = State.NEW;
  private StompVersion version = StompVersion.V1_0;
  private long sendMillis;
  private long expectMillis;
  private Handler<StompServerConnection> pingHandler = StompServerConnection::ping;
  private int consumers;

  StompSession(
      StompProtocol protocol, Transport transport, Client client, StompServerHandler handler) {
    this.logins = protocol.logins();
    this.remoteAddress = client.remoteAddress();
    this.vertx = protocol.vertx();
    this.hub = protocol.hub();
    this.server = protocol.server();
    this.handler = handler;
    this.textOnly = transport.framing().isTextOnly();
    this.session = hub.join(transport, StompProtocol.NAME, client.principal());
    this.session.closeMessage(this::closeMessage);
    this.session.consumesQueues(subscriptions::queues);
    this.receiver = new StompReceiver(this, protocol.limits());
    this.transactions =
        new StompTransactions(protocol.config().transactions(), protocol.uncommitted());
    this.queues = protocol.queues();
    this.temporary = new StompTemporaryQueues(hub.limits().subscriptions());
    this.heartBeat = new HeartBeat(vertx);
    long timeout = protocol.config().connectTimeout().toMillis();
    this.connectTimer =
        vertx.setTimer(
            timeout,
            timer ->
                fail(null, Disconnect.IDLE, "a client sends CONNECT within " + timeout + " ms"));
  }

  /** Sets the version for later frames, which wait for the end of the login. */
  void loggingIn(StompVersion agreed) {
    vertx.cancelTimer(connectTimer);
    version = agreed;
    receiver.version(agreed);
    state = State.LOGGING_IN;
    work.logsIn();
  }

  /** Ends the login: sends CONNECTED, starts the heart-beats and handles the frames that waited. */
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
    receiver.loggedIn();
    work.loggedIn();
  }

  /** Sends the receipt that the frame asks for, if any. */
  void confirm(Frame frame) {
    confirm(frame, Map.of());
  }

  /** Sends the receipt that the frame asks for, if any, with additional headers. */
  void confirm(Frame frame, Map<String, String> more) {
    if (frame.getReceipt() != null && state != State.LEAVING) {
      session.write(ServerFrames.receipt(version, frame.getReceipt(), more));
    }
  }

  /** Stops reading. Will finish what is in progress, send the receipt and close. */
  void leave(Frame disconnect) {
    endAll(true);
    receiver.stop();
    heartBeat.stop();
    work.whenIdle(() -> session.whenSettled(() -> confirmDisconnect(disconnect)));
  }

  private void endAll(boolean politely) {
    subscriptions.endAll(hub, session, politely);
    temporary.end(queues);
    transactions.close();
  }

  private void confirmDisconnect(Frame disconnect) {
    confirm(disconnect);
    state = State.LEAVING;
    closeWhenWritten(Disconnect.NORMAL);
  }

  /**
   * Sends an ERROR, and will close the connection when it is written.
   *
   * @param receipt that the failed frame asked for; null for none
   */
  void fail(@Nullable String receipt, Disconnect why, String words) {
    fail(receipt, why, words, null);
  }

  void fail(
      @Nullable String receipt, Disconnect why, String words, @Nullable Map<String, String> more) {
    if (state == State.LEAVING) {
      return;
    }
    state = State.LEAVING;
    receiver.stop();
    heartBeat.stop();
    vertx.cancelTimer(connectTimer);
    endAll(false);
    session.write(ServerFrames.error(version, words, receipt, more));
    closeWhenWritten(new Disconnect(why.code(), words, why.retry()));
  }

  /** Will do the same as {@link #fail} when earlier frames are done, or after a time limit. */
  void failWhenDone(@Nullable String receipt, Disconnect why, String words) {
    receiver.stop();
    work.whenIdle(() -> session.whenSettled(() -> fail(receipt, why, words)));
    vertx.setTimer(ERROR_GRACE_MILLIS, timer -> fail(receipt, why, words));
  }

  /** Will run the task when all requests of the client have been answered. */
  void whenAnswered(Runnable task) {
    work.whenAnswered(() -> session.whenQuiet(task));
  }

  private void closeWhenWritten(Disconnect why) {
    session.whenWritten(() -> session.close(why));
    vertx.setTimer(ERROR_GRACE_MILLIS, timer -> session.close(why));
  }

  private @Nullable EncodedMessage closeMessage(Disconnect why) {
    if (state == State.LEAVING) {
      return null;
    }
    state = State.LEAVING;
    return ServerFrames.error(version, why.reason(), null, null);
  }

  /** The connection has ended. */
  void closed() {
    state = State.LEAVING;
    receiver.stop();
    heartBeat.stop();
    vertx.cancelTimer(connectTimer);
    endAll(false);
    handler.onClose(this);
    hub.leave(session);
  }

  /** Notes that the client has sent something. */
  void received(int bytes) {
    heartBeat.received();
    session.received(bytes);
  }

  /** Returns a counter for the bytes of incomplete frames in that holder. */
  PartialInput partialInput(PartialInput.Holder holder) {
    return hub.inbound().of(remoteAddress, session.eventLoop(), holder);
  }

  /** Stops reading from the client until {@link #readOn}. */
  void holdBack() {
    session.holdBack();
  }

  void readOn() {
    session.readOn();
  }

  /** Writes a MESSAGE to this client only. */
  void message(String destination, Payload payload, @Nullable MultiMap headers, CharSequence more) {
    if (state != State.LEAVING) {
      String id = MessageEncoder.nextId();
      session.write(encoder().encode(destination, id, payload, headers, more));
    }
  }

  /** Returns an encoder for header lines and messages to this client. */
  MessageEncoder encoder() {
    return new MessageEncoder(version, "", 0, false, textOnly, false);
  }

  int nextConsumer() {
    return ++consumers;
  }

  StompReceiver receiver() {
    return receiver;
  }

  StompWork work() {
    return work;
  }

  State state() {
    return state;
  }

  @Nullable Logins logins() {
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

  /** Returns the temporary queues of the client. */
  StompTemporaryQueues temporary() {
    return temporary;
  }

  StompSubscriptions subscriptions() {
    return subscriptions;
  }

  @Override
  public StompServerConnection write(Frame frame) {
    Frame readable = textOnly ? TransferEncoding.asText(frame) : frame;
    session.write(ServerFrames.encode(version, readable));
    return this;
  }

  /** Writes the bytes. Over SockJS they must be UTF-8. */
  @Override
  public StompServerConnection write(Buffer buffer) {
    byte[] bytes = buffer.getBytes();
    boolean text = TransferEncoding.isText(bytes);
    if (textOnly && !text) {
      throw new IllegalArgumentException("SockJS carries text only");
    }
    session.write(text ? EncodedMessage.text(bytes) : EncodedMessage.binary(bytes));
    return this;
  }

  @Override
  public StompServer server() {
    return server;
  }

  @Override
  public @Nullable SSLSession sslSession() {
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

  /** Does nothing: the intake notes all input already. */
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
