package io.busbar.protocol.stomp;

import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session's subscription to a queue: writes what the queue gives it, and tells the queue what was
 * acknowledged. Owned by the session's event loop.
 */
final class QueueConsumer {
  private static final String ID = "q-";

  private final StompSession session;
  private final StompDestination destination;
  private final String subscription;
  private final AckMode mode;
  private final QueueLine line;
  private final String idPrefix;
  private final Map<String, QueueEntry> unacknowledged = new LinkedHashMap<>();
  private List<QueueEntry> written = new ArrayList<>();
  private long number;
  private boolean ended;

  QueueConsumer(
      StompSession session,
      StompQueues queues,
      StompDestination destination,
      String subscription,
      AckMode mode,
      int prefetch) {
    Context loop = Vertx.currentContext();
    this.session = session;
    this.destination = destination;
    this.subscription = subscription;
    this.mode = mode;
    this.idPrefix = ID + session.nextConsumer() + '-';
    boolean auto = mode == AckMode.AUTO;
    this.line = queues.line(destination.address(), prefetch, auto, loop, this::deliver);
  }

  /** Completes when the bus knows that this node consumes the queue. */
  Future<Void> begin() {
    return line.open();
  }

  String address() {
    return destination.address();
  }

  /** What the ids begin with that it gives to messages, up to their last {@code -}. */
  String idPrefix() {
    return idPrefix;
  }

  /**
   * ACK and NACK. What was said on a channel waits for neither.
   *
   * @throws io.busbar.protocol.ProtocolException when no such message waits for it
   */
  static void acknowledge(StompSession session, Frame frame) {
    boolean nack = frame.getCommand() == Command.NACK;
    StompCommands.require(
        !nack || session.version() != StompVersion.V1_0, "NACK is a command from 1.1 on");
    boolean byAckHeader = session.version() == StompVersion.V1_2;
    String id = StompCommands.required(frame, byAckHeader ? Frame.ID : Frame.MESSAGE_ID);
    QueueConsumer consumer = session.subscriptions().consumerOf(id);
    if (consumer == null) {
      StompCommands.require(
          id.startsWith(ID) || id.startsWith(MessageEncoder.CHANNEL_ID),
          "ACK and NACK name a message that this connection was given");
      StompCommands.settle(session, frame);
      return;
    }
    List<QueueEntry> entries = consumer.taken(id);
    boolean bury = nack && "false".equals(frame.getHeader("requeue"));
    session.work().begins();
    Future<Void> told = nack ? consumer.line.nack(entries, bury) : consumer.line.done(entries);
    told.onSuccess(done -> session.work().ends(frame))
        .onFailure(lost -> session.work().fails(frame, lost.getMessage()));
  }

  /** The message of that id, with all before it where the mode is cumulative. */
  private List<QueueEntry> taken(String id) {
    StompCommands.require(
        unacknowledged.containsKey(id), "ACK and NACK name a message that waits for it");
    List<QueueEntry> entries = new ArrayList<>();
    if (mode == AckMode.CLIENT_INDIVIDUAL) {
      entries.add(unacknowledged.remove(id));
      return entries;
    }
    Iterator<Map.Entry<String, QueueEntry>> oldest = unacknowledged.entrySet().iterator();
    boolean found = false;
    while (!found) {
      Map.Entry<String, QueueEntry> earlier = oldest.next();
      entries.add(earlier.getValue());
      found = earlier.getKey().equals(id);
      oldest.remove();
    }
    return entries;
  }

  private void deliver(QueueEntry entry) {
    if (ended) {
      return;
    }
    String id = idPrefix + ++number;
    MessageEncoder encoder = session.encoder();
    StringBuilder more = new StringBuilder();
    if (subscription != null) {
      encoder.line(more, Frame.SUBSCRIPTION, subscription);
    }
    if (mode != AckMode.AUTO) {
      unacknowledged.put(id, entry);
      if (session.version() == StompVersion.V1_2) {
        encoder.line(more, Frame.ACK, id);
      }
    }
    if (entry.isRedelivered()) {
      encoder.line(more, StompHeaders.REDELIVERED, "true");
    }
    if (entry.question() != null) {
      session.hubSession().owe(entry.question());
      String back = MessageEncoder.REPLY_QUEUE + entry.question().replyAddress();
      encoder.line(more, StompHeaders.REPLY_TO, back);
    }
    QueueMessage message = entry.message();
    session
        .hubSession()
        .write(
            encoder.encode(
                destination.name(),
                id,
                Payload.ofBody(message.body()),
                Hub.withoutIdentity(message.headers()),
                more));
    if (written.isEmpty()) {
      session.hubSession().whenWritten(this::allWritten);
    }
    written.add(entry);
  }

  /** What was written makes room; in auto mode it is done with. */
  private void allWritten() {
    List<QueueEntry> entries = written;
    written = new ArrayList<>();
    line.written(entries);
  }

  /**
   * Will give back what was not acknowledged.
   *
   * @param politely whether the client said that it leaves, so that nothing was tried in vain
   */
  Future<Void> end(boolean politely) {
    ended = true;
    unacknowledged.clear();
    boolean tried = !politely && mode != AckMode.AUTO;
    return line.close(tried);
  }
}
