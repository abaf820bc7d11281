package io.busbar.hub;

import io.busbar.config.Action;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.jspecify.annotations.Nullable;

/**
 * The requests of clients to listeners of an address, and the answers of clients to requests. It
 * has no state; each call runs on its session's event loop.
 */
final class Requests {
  private static final long SNAPSHOT_TIMEOUT_MILLIS = 5_000;

  private final EventBus bus;
  private final Counters counters;
  private final long timeoutMillis;

  Requests(EventBus bus, Counters counters, long timeoutMillis) {
    this.bus = bus;
    this.counters = counters;
    this.timeoutMillis = timeoutMillis;
  }

  /** Will send the request when the session has no subscription in flight. It checks no rules. */
  Future<Fanout> ask(
      Session session,
      String address,
      Payload payload,
      @Nullable MultiMap headers,
      String replyAddress) {
    return ask(session, address, payload, options(session, headers), replyAddress);
  }

  /**
   * Will do the same with another time limit.
   *
   * @param answerMillis time limit for the answer, in milliseconds
   */
  Future<Fanout> ask(
      Session session, String address, Payload payload, MultiMap headers, long answerMillis) {
    DeliveryOptions options = Identity.options(session, headers).setSendTimeout(answerMillis);
    return ask(session, address, payload, options, address);
  }

  /** Will send the request as {@link #ask} does, only to this node. */
  Future<Fanout> askHere(Session session, String address, Payload payload, String replyAddress) {
    DeliveryOptions here = options(session, null).setLocalOnly(true);
    return ask(session, address, payload, here, replyAddress);
  }

  private Future<Fanout> ask(
      Session session,
      String address,
      Payload payload,
      DeliveryOptions options,
      String replyAddress) {
    Promise<Fanout> answer = session.loop().context().promise();
    session.whenSettled(
        () ->
            bus.request(address, payload.body(), options)
                .map(message -> received(session, replyAddress, message))
                .onComplete(answer));
    return answer.future();
  }

  /** Will send the request as {@link #ask} does, within the limits of the session. */
  Future<Fanout> askTrusted(Session session, String address, Payload payload, MultiMap headers) {
    session.traffic().received();
    if (!session.mayTalk()) {
      counters.refused(Refusal.TOO_MANY_MESSAGES);
      return Future.failedFuture(
          new RefusedException(Refusal.TOO_MANY_MESSAGES, Action.SEND, address));
    }
    return ask(session, address, payload, headers, address);
  }

  /**
   * Answers, after all earlier messages of the session; returns false when it owed no such answer.
   */
  boolean reply(Session session, String address, Payload payload, @Nullable MultiMap headers) {
    Message<?> message = answerable(session, address, payload);
    if (message == null) {
      return false;
    }
    DeliveryOptions options = Identity.options(session, headers);
    session.whenSettled(() -> message.reply(payload.body(), options));
    return true;
  }

  /** Answers with a failure; returns false when the session owed no such answer. */
  boolean fail(Session session, String address, int code, @Nullable String words) {
    Message<?> message = session.settle(address);
    if (message == null) {
      return false;
    }
    session.whenSettled(() -> message.fail(code, words));
    return true;
  }

  /** Will answer, and ask for an answer in turn; null when the session owed no such answer. */
  @Nullable Future<Fanout> replyAndRequest(
      Session session,
      String address,
      Payload payload,
      @Nullable MultiMap headers,
      String replyAddress) {
    Message<?> message = answerable(session, address, payload);
    if (message == null) {
      return null;
    }
    DeliveryOptions options = options(session, headers);
    Promise<Fanout> answered = session.loop().context().promise();
    session.whenSettled(
        () ->
            message
                .replyAndRequest(payload.body(), options)
                .map(answer -> received(session, replyAddress, answer))
                .onComplete(answered));
    return answered.future();
  }

  private DeliveryOptions options(Session session, @Nullable MultiMap headers) {
    return Identity.options(session, headers).setSendTimeout(timeoutMillis);
  }

  private static @Nullable Message<?> answerable(Session session, String address, Payload payload) {
    return payload.isFinite() ? session.settle(address) : null;
  }

  private Fanout received(Session session, String replyAddress, Message<?> message) {
    Payload payload = Payload.ofBody(message.body());
    if (payload == null) {
      counters.undeliverable(replyAddress, message.body());
      throw new ReplyException(
          ReplyFailure.RECIPIENT_FAILURE, -1, "the answer is of a type that no client can be told");
    }
    if (message.replyAddress() != null) {
      session.owe(message);
    }
    session.traffic().delivered(1);
    return new Fanout(replyAddress, payload, message);
  }

  /** Asks for the first message of a new subscriber, where the channel has a snapshot. */
  void snapshot(Subscription subscription, LoopSubscribers subscribers) {
    String snapshot = subscribers.channel().snapshotAddress();
    if (snapshot.isEmpty()) {
      return;
    }
    long before = subscribers.deliveredSoFar(subscription);
    Session session = subscription.session();
    DeliveryOptions options =
        Identity.options(session, null).setSendTimeout(SNAPSHOT_TIMEOUT_MILLIS);
    session
        .loop()
        .context()
        .emit(
            subscription.address(),
            address ->
                bus.request(snapshot, address, options)
                    .onSuccess(
                        message -> {
                          if (subscribers.deliveredSoFar(subscription) == before) {
                            deliverSnapshot(subscription, message);
                          }
                        }));
  }

  private static void deliverSnapshot(Subscription subscription, Message<Object> message) {
    Payload payload = Payload.ofBody(message.body());
    if (payload != null) {
      Fanout fanout = new Fanout(subscription.address(), payload, message);
      if (subscription.wants(fanout)) {
        fanout.encode(new Encoding[] {subscription.encoding()});
        subscription.deliver(fanout);
      }
    }
  }
}
