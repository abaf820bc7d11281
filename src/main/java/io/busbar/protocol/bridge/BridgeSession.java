package io.busbar.protocol.bridge;

import io.busbar.config.Action;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.hub.RefusedException;
import io.busbar.hub.Session;
import io.busbar.hub.StreamStart;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.hub.Transport;
import io.busbar.protocol.OpenAnswers;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.StreamJson;
import io.busbar.protocol.Utf8;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One client of the bridge. Each message is a call of the hub, and an error is an {@code err} with
 * the address. Owned by the event loop of its transport.
 */
final class BridgeSession implements Receiver {
  private final Hub hub;
  private final Session session;
  private final Transport transport;
  private final BridgeLogin login;
  private final BridgeDialect dialect;
  private final BridgeEncoder encoder;
  private final long pingTimeoutMillis;
  private final ArrayDeque<String> early = new ArrayDeque<>(0);
  private final OpenAnswers awaited = new OpenAnswers();
  private boolean loggingIn;
  private boolean pings;

  BridgeSession(
      Hub hub,
      Session session,
      Transport transport,
      BridgeLogin login,
      BridgeEncoder encoder,
      long pingTimeoutMillis) {
    this.login = login;
    this.dialect = encoder.dialect();
    this.encoder = encoder;
    this.hub = hub;
    this.session = session;
    this.transport = transport;
    this.pingTimeoutMillis = pingTimeoutMillis;
  }

  @Override
  public void text(String message) {
    session.received(message.length());
    if (loggingIn) {
      early.add(message);
      return;
    }
    try {
      receive(BridgeFrame.parse(message));
    } catch (BridgeException e) {
      refuse(e.code(), e.getMessage(), e.address(), e.replyAddress());
    }
  }

  /** Some raw clients send their JSON in binary messages. */
  @Override
  public void binary(Buffer message) {
    text(Utf8.decode(message.getBytes()));
  }

  @Override
  public void whenAnswered(Runnable task) {
    awaited.whenNone(() -> session.whenQuiet(task));
  }

  @Override
  public void closed() {
    hub.leave(session);
  }

  private void receive(BridgeFrame frame) {
    switch (frame.type()) {
      case PING -> ping();
      case LOGIN, REFRESH -> logIn(frame);
      case REGISTER -> register(frame);
      case UNREGISTER -> unregister(frame.address());
      case PUBLISH ->
          answer(frame, hub.publish(session, frame.address(), frame.payload(), frame.headers()));
      case SEND -> send(frame);
    }
  }

  /** Authenticates the client, whose later messages wait for the result. */
  private void logIn(BridgeFrame frame) {
    Future<JsonObject> known =
        login
            .check(frame)
            .onSuccess(this::say)
            .onFailure(e -> refuse("auth_error", BridgeLogin.words(e), null, null));
    if (!known.isComplete()) {
      loggingIn = true;
      awaited.begins();
      transport.pause();
      known.onComplete(done -> goOn());
    }
  }

  private void goOn() {
    loggingIn = false;
    while (!loggingIn && !early.isEmpty() && !session.isClosed()) {
      text(early.poll());
    }
    if (!loggingIn && !session.isClosed()) {
      transport.resume();
    }
    awaited.ends();
  }

  /** Answers a ping. A client that pings must keep pinging; the transport checks all others. */
  private void ping() {
    if (!pings) {
      pings = true;
      transport.expectLifeEvery(pingTimeoutMillis);
    }
    JsonObject pong = dialect.pong();
    if (pong != null) {
      say(pong);
    }
  }

  private void register(BridgeFrame frame) {
    String address = frame.address();
    BridgeFrame.Recovery recovery = frame.recovery();
    BridgeEncoder writes = recovery == null ? encoder : encoder.withPositions();
    StreamStartRequest beginning =
        recovery == null
            ? null
            : new StreamStartRequest(recovery.since(), start -> subscribed(address, start));
    SubscriptionRequest request =
        SubscriptionRequest.of(address, writes).from(beginning).withInfo(frame.body());
    hub.subscribe(session, request)
        .onFailure(
            cause -> refuse(((RefusedException) cause).refusal(), Action.SUBSCRIBE, address, null));
  }

  private void subscribed(String address, @Nullable StreamStart start) {
    say(BridgeEncoder.subscribed(address, StreamJson.start(start)));
  }

  private void unregister(String address) {
    if (hub.unsubscribe(session, address)) {
      return;
    }
    if (!hub.maySubscribe(session, address)) {
      refuse(Refusal.ACCESS_DENIED, Action.SUBSCRIBE, address, null);
    } else if (dialect.tellsUnknownAddress()) {
      refuse("unknown_address", "not registered: " + address, address, null);
    }
  }

  private void send(BridgeFrame frame) {
    String replyAddress = frame.replyAddress();
    if (replyAddress == null) {
      if (!failed(frame)
          && !hub.reply(session, frame.address(), frame.payload(), frame.headers())) {
        answer(frame, hub.send(session, frame.address(), frame.payload(), frame.headers()));
      }
    } else if (session.subscriptions().size() + awaited.count() >= hub.limits().subscriptions()) {
      refuse(Refusal.TOO_MANY_SUBSCRIPTIONS, Action.SEND, frame.address(), frame.replyAddress());
    } else {
      request(frame, replyAddress);
    }
  }

  /** Fails the request that the client could not answer. Returns false when there is none. */
  private boolean failed(BridgeFrame frame) {
    BridgeFrame.Failure failure = dialect.answersMayFail() ? frame.failure() : null;
    return failure != null && hub.fail(session, frame.address(), failure.code(), failure.message());
  }

  private void request(BridgeFrame frame, String replyAddress) {
    Future<Fanout> reply =
        hub.replyAndRequest(
            session, frame.address(), frame.payload(), frame.headers(), replyAddress);
    if (reply == null) {
      reply = hub.request(session, frame.address(), frame.payload(), frame.headers(), replyAddress);
    }
    awaited.begins();
    reply.onComplete(
        result -> {
          if (result.succeeded()) {
            session.write(encoder.encode(result.result()));
          } else {
            fail(frame, result.cause());
          }
          awaited.ends();
        });
  }

  private void answer(BridgeFrame frame, @Nullable Refusal refusal) {
    if (refusal != null) {
      boolean publish = frame.type() == BridgeFrame.Type.PUBLISH;
      refuse(refusal, publish ? Action.PUBLISH : Action.SEND, frame.address(), null);
    }
  }

  private void fail(BridgeFrame frame, Throwable cause) {
    if (cause instanceof RefusedException) {
      refuse(
          ((RefusedException) cause).refusal(), Action.SEND, frame.address(), frame.replyAddress());
      return;
    }
    boolean reply = cause instanceof ReplyException;
    ReplyFailure type = reply ? ((ReplyException) cause).failureType() : ReplyFailure.ERROR;
    say(
        new JsonObject()
            .put("type", "err")
            .put("address", frame.replyAddress())
            .put("sourceAddress", frame.address())
            .put("failureCode", reply ? ((ReplyException) cause).failureCode() : -1)
            .put("failureType", type.name())
            .put("message", FailureWords.of(cause)));
  }

  private void refuse(
      Refusal refusal, Action action, String address, @Nullable String replyAddress) {
    refuse(refusal.code(), refusal.about(action, address), address, replyAddress);
  }

  /** Sends an error, to the address for the answer if there is one, so no caller waits in vain. */
  private void refuse(
      String code, String words, @Nullable String address, @Nullable String replyAddress) {
    JsonObject error = dialect.error(code, words);
    if (address != null) {
      error.put("address", replyAddress == null ? address : replyAddress);
    }
    if (address != null && replyAddress != null) {
      error
          .put("sourceAddress", address)
          .put("failureCode", -1)
          .put("failureType", ReplyFailure.RECIPIENT_FAILURE.name());
    }
    say(error);
  }

  private void say(JsonObject message) {
    session.write(EncodedMessage.text(message.toBuffer().getBytes()));
  }
}
