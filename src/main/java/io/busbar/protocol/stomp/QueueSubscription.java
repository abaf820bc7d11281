package io.busbar.protocol.stomp;

import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Session;
import io.busbar.queue.QueueConsumer;
import io.busbar.queue.QueueConsumer.Options;
import io.busbar.queue.Queues;
import io.busbar.queue.store.Delivery;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's subscription to a queue. It writes the queue's messages to the client, and passes the
 * client's acknowledgements to the queue. Owned by the session's event loop.
 */
final class QueueSubscription {
  private static final String ID = "q-";

  private final StompSession session;
  private final String queue;
  private final StompDestination destination;
  private final @Nullable String subscription;
  private final AckMode mode;
  private final QueueConsumer consumer;
  private final String idPrefix;
  private final Map<String, Delivery> unacknowledged = new LinkedHashMap<>();
  private final JsonObject answers = new JsonObject();
  private List<Delivery> written = new ArrayList<>();
  private long number;
  private boolean ended;

  /**
   * @param destination as the client wrote it
   * @param subscription id that the client gave; null for none
   */
  QueueSubscription(
      StompSession session,
      Queues queues,
      String queue,
      StompDestination destination,
      @Nullable String subscription,
      AckMode mode,
      Options options) {
    this.session = session;
    this.queue = queue;
    this.destination = destination;
    this.subscription = subscription;
    this.mode = mode;
    this.idPrefix = ID + session.nextConsumer() + '-';
    this.consumer = queues.consumer(queue, options, Vertx.currentContext(), this::deliver);
  }

  /** Opens the consumer. Completes when the queue has it. */
  Future<Void> begin() {
    return consumer.open();
  }

  /** What the rules must allow to listen to, and who says when a message is done with. */
  Session.ConsumedQueue consumedQueue() {
    return new Session.ConsumedQueue(
        destination.address(), mode != AckMode.AUTO, unacknowledged.size());
  }

  String queue() {
    return queue;
  }

  /** Returns the id that the client gave to the subscription; null for none. */
  @Nullable String subscription() {
    return subscription;
  }

  /** Returns the prefix of this subscription's message ids, up to and with the last {@code -}. */
  String idPrefix() {
    return idPrefix;
  }

  /** Returns whether the id has the form of a queue message's id. */
  static boolean isId(String id) {
    return id.startsWith(ID);
  }

  /**
   * Handles ACK and NACK. Both do nothing for a message of a channel.
   *
   * @throws io.busbar.protocol.ProtocolException when no message of that id waits for it
   */
  static void acknowledge(StompSession session, Frame frame) {
    boolean nack = frame.getCommand() == Command.NACK;
    StompCommands.require(
        !nack || session.version() != StompVersion.V1_0, "NACK is a command from 1.1 on");
    boolean byAckHeader = session.version() == StompVersion.V1_2;
    String id = StompCommands.required(frame, byAckHeader ? Frame.ID : Frame.MESSAGE_ID);
    QueueSubscription subscription = session.subscriptions().ofMessage(id);
    if (subscription == null) {
      StompCommands.require(
          isId(id) || id.startsWith(MessageEncoder.CHANNEL_ID),
          "ACK and NACK name a message that this connection was given");
      StompCommands.settle(session, frame);
      return;
    }
    List<Delivery> deliveries = subscription.taken(id);
    boolean requeue = !"false".equals(frame.getHeader("requeue"));
    session.work().begins();
    Future<Void> sent =
        nack
            ? subscription.consumer.reject(deliveries, requeue)
            : subscription.consumer.acknowledge(deliveries, subscription.answersTo(deliveries));
    sent.onSuccess(done -> session.work().ends(frame))
        .onFailure(lost -> session.work().fails(frame, Queues.words(lost)));
  }

  /** Removes and returns the message of that id, in cumulative mode with all earlier ones. */
  private List<Delivery> taken(String id) {
    StompCommands.require(
        unacknowledged.containsKey(id), "ACK and NACK name a message that waits for it");
    List<Delivery> deliveries = new ArrayList<>();
    if (mode == AckMode.CLIENT_INDIVIDUAL) {
      deliveries.add(unacknowledged.remove(id));
      return deliveries;
    }
    Iterator<Map.Entry<String, Delivery>> oldest = unacknowledged.entrySet().iterator();
    boolean found = false;
    while (!found) {
      Map.Entry<String, Delivery> earlier = oldest.next();
      deliveries.add(earlier.getValue());
      found = earlier.getKey().equals(id);
      oldest.remove();
    }
    return deliveries;
  }

  /** Returns the client's answers to these messages by message id; null for none. */
  private @Nullable JsonObject answersTo(List<Delivery> deliveries) {
    if (answers.isEmpty()) {
      return null;
    }
    JsonObject some = new JsonObject();
    for (Delivery delivery : deliveries) {
      Object answer = answers.remove(delivery.message().id());
      if (answer != null) {
        some.put(delivery.message().id(), answer);
      }
    }
    return some.isEmpty() ? null : some;
  }

  /** Keeps the client's answer to a request. It is sent when the message is acknowledged. */
  void answer(String id, Payload payload, @Nullable MultiMap headers) {
    Delivery delivery = unacknowledged.get(id);
    if (delivery == null) {
      throw StompCommands.broken("an answer comes before its message is acknowledged");
    }
    answers.put(delivery.message().id(), Queues.answer(payload, headers));
  }

  private void deliver(Delivery delivery) {
    if (ended) {
      return;
    }
    String id = idPrefix + ++number;
    QueueMessage message = delivery.message();
    MessageEncoder encoder = session.encoder();
    StringBuilder more = new StringBuilder();
    if (subscription != null) {
      encoder.line(more, Frame.SUBSCRIPTION, subscription);
    }
    if (mode != AckMode.AUTO) {
      unacknowledged.put(id, delivery);
      if (session.version() == StompVersion.V1_2) {
        encoder.line(more, Frame.ACK, id);
      }
    }
    if (delivery.redelivered()) {
      encoder.line(more, StompHeaders.REDELIVERED, "true");
    }
    String replyTo = replyTo(message, id);
    if (replyTo != null) {
      encoder.line(more, StompHeaders.REPLY_TO, MessageEncoder.REPLY_QUEUE + replyTo);
    }
    session
        .hubSession()
        .write(
            encoder.encode(
                destination.named(message.headers().get(Queues.PUBLISHED_ON)),
                id,
                message.payload(),
                Hub.withoutIdentity(message.headers()),
                more));
    if (written.isEmpty()) {
      session.hubSession().whenWritten(this::allWritten);
    }
    written.add(delivery);
  }

  /** Returns the place for an answer: a temporary queue, or the message's id; null for none. */
  private @Nullable String replyTo(QueueMessage message, String id) {
    String queue = message.headers().get(Queues.REPLY_QUEUE);
    if (queue != null) {
      return StompTemporaryQueues.shown(queue);
    }
    return message.isAwaited() && mode != AckMode.AUTO ? id : null;
  }

  /**
   * Tells the consumer what was written, which makes room for more messages. In auto mode it
   * acknowledges them.
   */
  private void allWritten() {
    List<Delivery> deliveries = written;
    written = new ArrayList<>();
    consumer.written(deliveries);
  }

  /**
   * Ends the subscription and returns its unacknowledged messages to the queue.
   *
   * @param politely whether the client announced its end: the deliveries then do not count as
   *     attempts
   */
  Future<Void> end(boolean politely) {
    ended = true;
    unacknowledged.clear();
    return consumer.close(!politely && mode != AckMode.AUTO);
  }
}
