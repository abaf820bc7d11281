package io.busbar.protocol.stomp;

import io.busbar.config.Action;
import io.busbar.config.StompConfig;
import io.busbar.hub.Disconnect;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Refusal;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.Subscription;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.ProtocolException;
import io.busbar.selector.Selector;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.ServerFrame;
import io.vertx.ext.stomp.StompServerHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The standard handlers for the commands of a client. Each makes one call of the hub or of a queue,
 * and throws a {@link ProtocolException} when the client breaks a rule. An extension may replace
 * them in a {@link StompServerHandler}. Immutable; each method runs on the event loop of the
 * frame's session.
 */
public final class StompCommands {
  private final Hub hub;
  private final List<StompConfig.DestinationRule> destinations;
  private final int selectors;
  private final StompLogin login;
  private final StompQuestions questions;
  private final StompQueues queues;
  private final BrokerFeatures features;

  StompCommands(Hub hub, StompConfig config, StompQueues queues) {
    this.hub = hub;
    this.destinations = config.destinations();
    this.selectors = config.selectors();
    this.login = new StompLogin(Math.toIntExact(config.heartBeat().toMillis()));
    this.questions = new StompQuestions(hub);
    this.queues = queues;
    this.features = new BrokerFeatures(config.unknownFeatures());
  }

  /** Installs these handlers. */
  void install(StompServerHandler handler) {
    handler
        .connectHandler(login::connect)
        .sendHandler(this::send)
        .subscribeHandler(this::subscribe)
        .unsubscribeHandler(this::unsubscribe)
        .ackHandler(this::acknowledge)
        .nackHandler(this::acknowledge)
        .beginHandler(this::begin)
        .commitHandler(this::commit)
        .abortHandler(this::abort)
        .disconnectHandler(this::disconnect);
  }

  /** Handles CONNECT and STOMP. */
  public void connect(ServerFrame received) {
    login.connect(received);
  }

  /** Handles SEND: a publication, a message to a queue, a request or an answer. */
  public void send(ServerFrame received) {
    Frame frame = received.frame();
    features.check(frame);
    if (frame.getTransaction() != null) {
      // Errors in the frame are reported here and not at COMMIT.
      StompDestination destination = destination(frame);
      Payload payload = payload(frame);
      if (destination != null && destination.isQueue()) {
        StompQueues.check(frame, payload, headers(frame));
      }
    }
    perform(session(received), frame);
  }

  /** Handles ACK and NACK. */
  public void acknowledge(ServerFrame received) {
    perform(session(received), received.frame());
  }

  private void perform(StompSession session, Frame frame) {
    if (frame.getTransaction() == null) {
      performNow(session, frame);
    } else {
      session.transactions().add(frame.getTransaction(), frame);
      session.confirm(frame);
    }
  }

  private void performNow(StompSession session, Frame frame) {
    switch (frame.getCommand()) {
      case SEND -> sendNow(session, frame);
      default -> QueueSubscription.acknowledge(session, frame);
    }
  }

  private void sendNow(StompSession session, Frame frame) {
    String name = required(frame, Frame.DESTINATION);
    if (name.startsWith(MessageEncoder.REPLY_QUEUE)) {
      answer(session, frame, name.substring(MessageEncoder.REPLY_QUEUE.length()));
      return;
    }
    if (name.startsWith(StompDestination.TEMP_QUEUE)) {
      String queue = session.temporary().queue(name);
      queues.sendToTemporary(session, frame, queue, payload(frame), headers(frame));
      return;
    }
    StompDestination destination = StompDestination.of(name, destinations);
    if (destination.isQueue()) {
      queues.send(session, frame, destination.address(), payload(frame), headers(frame));
    } else if (destination.isRequest()) {
      request(session, frame, destination);
    } else {
      StompCommands.require(
          !StompQuestions.isQuestion(frame),
          "reply-to:/temp-queue/ stands on a SEND to a queue or a request: a topic has no answer");
      String address = destination.address();
      Refusal refusal = hub.publish(session.hubSession(), address, payload(frame), headers(frame));
      allow(refusal, Action.PUBLISH, address);
      settleKept(session, frame);
    }
  }

  /**
   * Sends a request. Without {@code reply-to} and receipt it is a send to one listener, without an
   * answer. In a transaction COMMIT has the receipt, so the frame needs an answer.
   */
  private void request(StompSession session, Frame frame, StompDestination destination) {
    if (StompQuestions.isQuestion(frame)) {
      questions.ask(session, frame, destination, payload(frame), headers(frame));
    } else if (frame.getReceipt() != null || frame.getTransaction() != null) {
      questions.request(session, frame, destination, payload(frame), headers(frame));
    } else {
      String address = destination.address();
      allow(
          hub.send(session.hubSession(), address, payload(frame), headers(frame)),
          Action.SEND,
          address);
      settle(session, frame);
    }
  }

  /** Sends an answer to a temporary queue, to a request from a queue, or to a bus message. */
  private void answer(StompSession session, Frame frame, String where) {
    String queue = StompTemporaryQueues.meant(where);
    if (queue != null) {
      queues.sendToTemporary(session, frame, queue, payload(frame), headers(frame));
      return;
    }
    QueueSubscription subscription = session.subscriptions().ofMessage(where);
    if (subscription != null) {
      subscription.answer(where, payload(frame), headers(frame));
    } else {
      hub.reply(session.hubSession(), where, payload(frame), headers(frame));
    }
    settle(session, frame);
  }

  /** Will confirm the frame when the hub has done it. */
  static void settle(StompSession session, Frame frame) {
    session.work().begins();
    session.hubSession().whenSettled(() -> session.work().ends(frame));
  }

  /** Will confirm the frame when the hub has done it and the streams have stored their messages. */
  private static void settleKept(StompSession session, Frame frame) {
    session.work().begins();
    Session client = session.hubSession();
    client.whenSettled(
        () ->
            client
                .whenKept()
                .onSuccess(kept -> session.work().ends(frame))
                .onFailure(e -> session.work().fails(frame, "the stream did not keep it")));
  }

  /** Handles SUBSCRIBE to a channel, a pattern of channels, or a queue. */
  public void subscribe(ServerFrame received) {
    StompSession session = session(received);
    Frame frame = received.frame();
    features.check(frame);
    String name = required(frame, Frame.DESTINATION);
    boolean temporary = name.startsWith(StompDestination.TEMP_QUEUE);
    StompDestination destination =
        temporary ? StompDestination.temporary(name) : StompDestination.of(name, destinations);
    String id = frame.getId();
    require(
        id != null || session.version() == StompVersion.V1_0, "from 1.1 on, SUBSCRIBE has an id");
    AckMode mode = AckMode.of(frame.getAck(), session.version());
    String key = StompSubscriptions.key(id, destination.name());
    require(session.subscriptions().of(key) == null, "an id names one subscription at a time");
    if (session.subscriptions().size() >= hub.limits().subscriptions()) {
      allow(Refusal.TOO_MANY_SUBSCRIPTIONS, Action.SUBSCRIBE, destination.address());
    }
    require(!destination.isRequest(), "nobody subscribes to requests");
    Selector selector = selector(frame);
    if (selector != null) {
      require(session.subscriptions().selectors() < selectors, "too many selectors");
      session.subscriptions().selects(key);
    }
    String durable = destination.isQueue() ? null : StompHeaders.durableName(frame);
    boolean keeps = temporary || destination.isQueue() || durable != null;
    require(
        !keeps || frame.getHeader(StompHeaders.STREAM_OFFSET) == null,
        StompHeaders.STREAM_OFFSET + " is for a topic: a queue begins with what it has");
    if (temporary) {
      queues.subscribeTemporary(session, frame, name, key, mode, selector);
    } else if (destination.isQueue()) {
      queues.subscribe(session, frame, destination, key, mode, selector);
    } else if (durable != null) {
      queues.subscribeDurable(session, frame, destination, durable, key, mode, selector);
    } else {
      listen(session, frame, destination, key, mode, selector);
    }
  }

  /** Returns the selector of a SUBSCRIBE; null for none. */
  private static @Nullable Selector selector(Frame frame) {
    String selector = frame.getHeader(StompHeaders.SELECTOR);
    try {
      return selector == null ? null : Selector.parse(selector);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "selector: " + e.getMessage());
    }
  }

  private void listen(
      StompSession session,
      Frame frame,
      StompDestination destination,
      String key,
      AckMode mode,
      @Nullable Selector selector) {
    String id = frame.getId();
    Payload info = StompHeaders.info(frame);
    session.subscriptions().add(new StompSubscriptions.Entry(key, id, null));
    session.work().begins();
    listen(session, frame, key, destination, mode, selector, info)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                session.work().ends(frame);
              } else {
                session.work().fails(frame, FailureWords.of(result.cause()));
              }
            });
  }

  private Future<Subscription> listen(
      StompSession session,
      Frame frame,
      String key,
      StompDestination destination,
      AckMode mode,
      @Nullable Selector selector,
      @Nullable Payload info) {
    boolean acknowledged = mode != AckMode.AUTO && session.version() == StompVersion.V1_2;
    MessageEncoder usual = session.encoder().of(destination.rule(), acknowledged);
    String id = frame.getId();
    byte[] label = id == null ? null : usual.label(id);
    String address = destination.address();
    Session client = session.hubSession();
    Since since = StompHeaders.since(frame);
    if (destination.isPattern()) {
      require(since == null, "a pattern has no " + StompHeaders.STREAM_OFFSET);
      return hub.subscribePattern(client, request(key, address, usual, label, selector));
    }
    if (since == null) {
      return hub.subscribe(client, request(key, address, usual, label, selector).withInfo(info));
    }
    StreamStartRequest beginning =
        new StreamStartRequest(
            since,
            start -> {
              // The RECEIPT with the start position must come before the first MESSAGE.
              session.confirm(frame, StompHeaders.start(start));
              frame.getHeaders().remove(Frame.RECEIPT);
            });
    SubscriptionRequest request = request(key, address, usual.withPositions(), label, selector);
    return hub.subscribe(client, request.from(beginning).withInfo(info));
  }

  private static SubscriptionRequest request(
      String key,
      String address,
      MessageEncoder encoder,
      byte @Nullable [] label,
      @Nullable Selector selector) {
    return SubscriptionRequest.of(key, address, encoder).labelled(label).filtered(selector);
  }

  /** Handles UNSUBSCRIBE, by id, or by destination where SUBSCRIBE had no id. */
  public void unsubscribe(ServerFrame received) {
    StompSession session = session(received);
    Frame frame = received.frame();
    String id = frame.getId();
    require(
        id != null || session.version() == StompVersion.V1_0 && frame.getDestination() != null,
        "UNSUBSCRIBE has an id, or in 1.0 a destination");
    String key = StompSubscriptions.key(id, frame.getDestination());
    StompSubscriptions.Entry entry = session.subscriptions().remove(key);
    String durable = StompHeaders.durableName(frame);
    if (durable != null) {
      queues.endDurable(session, frame, durable, entry == null ? null : entry.consumer());
      return;
    }
    if (entry == null) {
      throw broken("UNSUBSCRIBE ends a subscription that there is");
    }
    if (entry.consumer() == null) {
      hub.unsubscribe(session.hubSession(), key);
      settle(session, frame);
    } else {
      session.work().begins();
      entry.consumer().end(true).onComplete(ended -> session.work().ends(frame));
      session.temporary().end(queues.queues(), entry.consumer().queue());
    }
  }

  /** Handles BEGIN. */
  public void begin(ServerFrame received) {
    session(received).transactions().begin(required(received.frame(), Frame.TRANSACTION));
    session(received).confirm(received.frame());
  }

  /**
   * Handles COMMIT: performs the frames of the transaction in order. The receipt follows when all
   * are done.
   */
  public void commit(ServerFrame received) {
    StompSession session = session(received);
    Frame commit = received.frame();
    List<Frame> frames = session.transactions().end(required(commit, Frame.TRANSACTION));
    if (frames.isEmpty()) {
      settle(session, commit);
      return;
    }
    session.work().begins(commit, frames);
    for (Frame frame : frames) {
      // The frame's own receipt was sent when it joined the transaction.
      frame.getHeaders().remove(Frame.RECEIPT);
      performNow(session, frame);
    }
  }

  /** Handles ABORT: drops the frames of the transaction. */
  public void abort(ServerFrame received) {
    session(received).transactions().end(required(received.frame(), Frame.TRANSACTION));
    session(received).confirm(received.frame());
  }

  /** Handles DISCONNECT: frames in progress are finished first. */
  public void disconnect(ServerFrame received) {
    session(received).leave(received.frame());
  }

  /** Returns the destination of a SEND; null for an answer and for a temporary queue. */
  private @Nullable StompDestination destination(Frame frame) {
    String name = required(frame, Frame.DESTINATION);
    return name.startsWith(MessageEncoder.REPLY_QUEUE)
            || name.startsWith(StompDestination.TEMP_QUEUE)
        ? null
        : StompDestination.of(name, destinations);
  }

  private static Payload payload(Frame frame) {
    return StompPayload.of(frame.getHeader(Frame.CONTENT_TYPE), TransferEncoding.decoded(frame));
  }

  private static @Nullable MultiMap headers(Frame frame) {
    MultiMap headers = StompHeaders.crossing(frame.getHeaders());
    String type = StompPayload.crossing(frame.getHeader(Frame.CONTENT_TYPE));
    if (type != null) {
      headers = headers == null ? MultiMap.caseInsensitiveMultiMap() : headers;
      headers.set(Frame.CONTENT_TYPE, type);
    }
    return headers;
  }

  static String required(Frame frame, String header) {
    String value = frame.getHeader(header);
    if (value == null) {
      throw broken(frame.getCommand() + " has a header " + header);
    }
    return value;
  }

  /** Throws the refusal as a {@link ProtocolException}; null is none. */
  static void allow(@Nullable Refusal refusal, Action action, String address) {
    if (refusal != null) {
      throw broken(refusal.about(action, address));
    }
  }

  static void require(boolean kept, String rule) {
    if (!kept) {
      throw broken(rule);
    }
  }

  static ProtocolException broken(String rule) {
    return new ProtocolException(Disconnect.PROTOCOL_ERROR, rule);
  }

  private static StompSession session(ServerFrame received) {
    return (StompSession) received.connection();
  }
}
