package io.busbar.protocol.stomp;

import io.busbar.config.Action;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Refusal;
import io.busbar.protocol.ProtocolException;
import io.busbar.queue.DurableSubscriptions;
import io.busbar.queue.QueueConsumer.Options;
import io.busbar.queue.Queues;
import io.busbar.queue.store.QueueMessage;
import io.busbar.selector.Selector;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.ext.stomp.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Handles SEND, SUBSCRIBE and UNSUBSCRIBE for queues: shared ones, temporary ones, and those of
 * durable subscriptions. Immutable; each method runs on the event loop of the session.
 */
final class StompQueues {
  private final Hub hub;
  private final Queues queues;

  StompQueues(Hub hub, Queues queues) {
    this.hub = hub;
    this.queues = queues;
  }

  Queues queues() {
    return queues;
  }

  /**
   * Handles a SEND to a queue.
   *
   * @throws ProtocolException when it is refused
   */
  void send(
      StompSession session, Frame frame, String name, Payload payload, @Nullable MultiMap headers) {
    requireTheirs(name);
    StompCommands.allow(
        hub.admission().toSend(session.hubSession(), name, payload), Action.SEND, name);
    MultiMap identified = hub.identified(session.hubSession(), headers);
    String replyTo = frame.getHeader(StompHeaders.REPLY_TO);
    if (replyTo != null && replyTo.startsWith(StompDestination.TEMP_QUEUE)) {
      identified.set(Queues.REPLY_QUEUE, session.temporary().queue(replyTo));
      listenTo(session, replyTo);
    }
    keep(session, frame, name, message(session, payload, identified));
  }

  /** Handles a SEND to a temporary queue of this or another session. Permissions do not apply. */
  void sendToTemporary(
      StompSession session,
      Frame frame,
      String queue,
      Payload payload,
      @Nullable MultiMap headers) {
    StompCommands.allow(
        hub.admission().toAnswer(session.hubSession(), queue, payload),
        Action.SEND,
        "a temp-queue");
    MultiMap identified = hub.identified(session.hubSession(), headers);
    keep(session, frame, queue, message(session, payload, identified));
  }

  private void keep(StompSession session, Frame frame, String queue, QueueMessage message) {
    session.work().begins();
    session
        .hubSession()
        .whenSettled(() -> follow(session, frame, queues.keep(queue, message, false)));
  }

  private static QueueMessage message(StompSession session, Payload payload, MultiMap headers) {
    return checked(() -> QueueMessage.of(payload, headers, holder(session)));
  }

  private static String holder(StompSession session) {
    return Queues.holderOf(session.hubSession().user(), session.hubSession().remoteAddress());
  }

  private static <T> T checked(java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks the headers of the frame that a queue reads.
   *
   * @throws ProtocolException when one is wrong
   */
  static void check(Frame frame, Payload payload, @Nullable MultiMap headers) {
    checked(
        () ->
            QueueMessage.of(
                payload, headers == null ? MultiMap.caseInsensitiveMultiMap() : headers, ""));
  }

  private static void requireTheirs(String name) {
    StompCommands.require(!Queues.isOurs(name), "queues that begin with busbar. are the gateway's");
  }

  /**
   * Handles a SUBSCRIBE to a queue.
   *
   * @throws ProtocolException when it is refused
   */
  void subscribe(
      StompSession session,
      Frame frame,
      StompDestination destination,
      String key,
      AckMode mode,
      @Nullable Selector selector) {
    String name = destination.address();
    requireTheirs(name);
    StompCommands.allow(
        hub.admission().toListen(session.hubSession(), name), Action.SUBSCRIBE, name);
    begin(session, frame, name, destination, key, mode, selector);
  }

  private void begin(
      StompSession session,
      Frame frame,
      String queue,
      StompDestination destination,
      String key,
      AckMode mode,
      @Nullable Selector selector) {
    QueueSubscription subscription = add(session, frame, queue, destination, key, mode, selector);
    session.work().begins();
    follow(session, frame, subscription.begin());
  }

  private QueueSubscription add(
      StompSession session,
      Frame frame,
      String queue,
      StompDestination destination,
      String key,
      AckMode mode,
      @Nullable Selector selector) {
    int prefetch = StompHeaders.prefetch(frame, queues.prefetch(queue));
    Options options = new Options(prefetch, mode == AckMode.AUTO, selector, holder(session));
    QueueSubscription subscription =
        new QueueSubscription(session, queues, queue, destination, frame.getId(), mode, options);
    session.subscriptions().add(new StompSubscriptions.Entry(key, frame.getId(), subscription));
    return subscription;
  }

  /** Will confirm the frame on success, and end the connection on failure. */
  private static void follow(StompSession session, Frame frame, Future<Void> done) {
    done.onSuccess(over -> session.work().ends(frame))
        .onFailure(e -> session.work().fails(frame, Queues.words(e)));
  }

  /** Handles a SUBSCRIBE to a temporary queue of the session. */
  void subscribeTemporary(
      StompSession session,
      Frame frame,
      String name,
      String key,
      AckMode mode,
      @Nullable Selector selector) {
    String queue = session.temporary().queue(name);
    StompDestination destination = StompDestination.temporary(name);
    QueueSubscription before = session.subscriptions().ofQueue(queue);
    begin(session, frame, queue, destination, key, mode, selector);
    if (before != null && name.equals(before.subscription())) {
      // The earlier subscription was only for answers. The client now wants them under its own id.
      session.subscriptions().remove(StompSubscriptions.key(name, name));
      before.end(true);
    }
  }

  /** Subscribes to the queue of {@code reply-to:/temp-queue/x}. The client needs no SUBSCRIBE. */
  private void listenTo(StompSession session, String replyTo) {
    String queue = session.temporary().queue(replyTo);
    if (session.subscriptions().ofQueue(queue) != null) {
      return;
    }
    if (session.subscriptions().size() >= hub.limits().subscriptions()) {
      StompCommands.allow(Refusal.TOO_MANY_SUBSCRIPTIONS, Action.SEND, replyTo);
    }
    Options options = new Options(queues.prefetch(queue), true, null, holder(session));
    QueueSubscription subscription =
        new QueueSubscription(
            session,
            queues,
            queue,
            StompDestination.temporary(replyTo),
            replyTo,
            AckMode.AUTO,
            options);
    String key = StompSubscriptions.key(replyTo, replyTo);
    session.subscriptions().add(new StompSubscriptions.Entry(key, replyTo, subscription));
    subscription
        .begin()
        .onFailure(e -> session.fail(null, Disconnect.PROTOCOL_ERROR, Queues.words(e)));
  }

  /**
   * Handles a SUBSCRIBE to a topic whose messages are kept while the client is away.
   *
   * @param name of the durable subscription
   */
  void subscribeDurable(
      StompSession session,
      Frame frame,
      StompDestination destination,
      String name,
      String key,
      AckMode mode,
      @Nullable Selector selector) {
    String user = user(session);
    String address = destination.address();
    Refusal refusal =
        destination.isPattern()
            ? hub.admission().toListenToAll(session.hubSession(), address)
            : hub.admission().toListen(session.hubSession(), address);
    StompCommands.allow(refusal, Action.SUBSCRIBE, address);
    String queue = DurableSubscriptions.queue(user, name);
    // The consumer takes all messages, because the selector applied when they were stored.
    QueueSubscription subscription = add(session, frame, queue, destination, key, mode, null);
    session.work().begins();
    Future<Void> begun =
        session
            .hubSession()
            .here(queues.durable().open(user, name, address, selector))
            .compose(
                opened -> session.isConnected() ? subscription.begin() : Future.succeededFuture());
    follow(session, frame, begun);
  }

  /**
   * Handles an UNSUBSCRIBE that deletes a durable subscription.
   *
   * @param subscription consumer of this client; null for none
   */
  void endDurable(
      StompSession session, Frame frame, String name, @Nullable QueueSubscription subscription) {
    String user = user(session);
    session.work().begins();
    Future<Void> ended = subscription == null ? Future.succeededFuture() : subscription.end(true);
    Future<Void> deleted = ended.compose(over -> queues.durable().delete(user, name));
    follow(session, frame, session.hubSession().here(deleted));
  }

  private static String user(StompSession session) {
    String user = session.hubSession().user();
    if (user == null) {
      throw StompCommands.broken("a durable subscription is for a user who has logged in");
    }
    return user;
  }
}
