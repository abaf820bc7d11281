package io.busbar.protocol.stomp;

import io.busbar.config.Config.Action;
import io.busbar.config.StompConfig;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Filter;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Refusal;
import io.busbar.hub.Subscription;
import io.busbar.protocol.ProtocolException;
import io.busbar.selector.Selector;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.ServerFrame;
import io.vertx.ext.stomp.StompServerHandler;
import java.util.List;

/**
 * What each command of a client does: one call of the hub, or of a queue. A rule that is broken is
 * a {@link ProtocolException}. These are the handlers that a {@link StompServerHandler} has unless
 * somebody puts others in their place.
 */
public final class StompCommands {
  private final Hub hub;
  private final List<StompConfig.DestinationRule> destinations;
  private final StompLogin login;
  private final StompQuestions questions;
  private final StompQueues queues;

  StompCommands(Hub hub, StompConfig config, StompQueues queues) {
    this.hub = hub;
    this.destinations = config.destinations();
    this.login = new StompLogin(Math.toIntExact(config.heartBeat().toMillis()));
    this.questions = new StompQuestions(hub);
    this.queues = queues;
  }

  /** Puts all of them in place. */
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

  /** CONNECT and STOMP. */
  public void connect(ServerFrame received) {
    login.connect(received);
  }

  /** SEND: publishes on a topic, gives to a queue, asks, or answers. */
  public void send(ServerFrame received) {
    Frame frame = received.frame();
    if (frame.getTransaction() != null) {
      // What is wrong with it is said now, and not at COMMIT.
      destination(frame);
      payload(frame);
    }
    perform(session(received), frame);
  }

  /** ACK and NACK. */
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
      default -> QueueConsumer.acknowledge(session, frame);
    }
  }

  private void sendNow(StompSession session, Frame frame) {
    String name = required(frame, Frame.DESTINATION);
    if (name.startsWith(MessageEncoder.REPLY_QUEUE)) {
      String address = name.substring(MessageEncoder.REPLY_QUEUE.length());
      hub.reply(session.hubSession(), address, payload(frame), headers(frame));
      settle(session, frame);
      return;
    }
    StompDestination destination = destination(frame);
    if (StompQuestions.isQuestion(frame)) {
      questions.ask(session, frame, destination, payload(frame), headers(frame));
    } else if (destination.isRequest()) {
      questions.request(session, frame, destination, payload(frame), headers(frame));
    } else if (destination.isQueue()) {
      queues.accept(session, frame, destination.address(), payload(frame), headers(frame));
    } else {
      String address = destination.address();
      Refusal refusal = hub.publish(session.hubSession(), address, payload(frame), headers(frame));
      allow(refusal, Action.PUBLISH, address);
      settle(session, frame);
    }
  }

  /** Will confirm the frame when what the hub does for it is done. */
  static void settle(StompSession session, Frame frame) {
    session.work().begins();
    session.hubSession().whenSettled(() -> session.work().ends(frame));
  }

  /** SUBSCRIBE: listens to a channel, to all that match, or competes for a queue's messages. */
  public void subscribe(ServerFrame received) {
    StompSession session = session(received);
    Frame frame = received.frame();
    StompDestination destination =
        StompDestination.of(required(frame, Frame.DESTINATION), destinations);
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
    if (destination.isQueue()) {
      queues.subscribe(session, frame, destination, key, mode);
      return;
    }
    Filter filter = filter(frame);
    session.subscriptions().add(new StompSubscriptions.Entry(key, id, null));
    session.work().begins();
    listen(session, key, id, destination, mode, filter)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                session.work().ends(frame);
              } else {
                session.work().fails(frame, result.cause().getMessage());
              }
            });
  }

  /** What the client wants of a channel; null where that is everything. */
  private static Filter filter(Frame frame) {
    String selector = frame.getHeader(StompHeaders.SELECTOR);
    try {
      return selector == null ? null : Selector.parse(selector);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "selector: " + e.getMessage());
    }
  }

  private Future<Subscription> listen(
      StompSession session,
      String key,
      String id,
      StompDestination destination,
      AckMode mode,
      Filter filter) {
    boolean acknowledged = mode != AckMode.AUTO && session.version() == StompVersion.V1_2;
    MessageEncoder encoder = session.encoder().of(destination.rule(), acknowledged);
    byte[] label = id == null ? null : encoder.label(id);
    String address = destination.address();
    return destination.isPattern()
        ? hub.subscribePattern(session.hubSession(), key, address, encoder, label, filter)
        : hub.subscribe(session.hubSession(), key, address, encoder, label, filter);
  }

  /** UNSUBSCRIBE, by id, or by destination where SUBSCRIBE had no id. */
  public void unsubscribe(ServerFrame received) {
    StompSession session = session(received);
    Frame frame = received.frame();
    String id = frame.getId();
    require(
        id != null || session.version() == StompVersion.V1_0 && frame.getDestination() != null,
        "UNSUBSCRIBE has an id, or in 1.0 a destination");
    String key = StompSubscriptions.key(id, frame.getDestination());
    StompSubscriptions.Entry entry = session.subscriptions().remove(key);
    require(entry != null, "UNSUBSCRIBE ends a subscription that there is");
    if (entry.consumer() == null) {
      hub.unsubscribe(session.hubSession(), key);
      settle(session, frame);
    } else {
      session.work().begins();
      entry.consumer().end(true).onComplete(ended -> session.work().ends(frame));
    }
  }

  /** BEGIN. */
  public void begin(ServerFrame received) {
    session(received).transactions().begin(required(received.frame(), Frame.TRANSACTION));
    session(received).confirm(received.frame());
  }

  /** COMMIT: does all that waited, in its order; the receipt comes when all of it is done. */
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
      // Its own receipt was given when it was taken into the transaction.
      frame.getHeaders().remove(Frame.RECEIPT);
      performNow(session, frame);
    }
  }

  /** ABORT: forgets what waited. */
  public void abort(ServerFrame received) {
    session(received).transactions().end(required(received.frame(), Frame.TRANSACTION));
    session(received).confirm(received.frame());
  }

  /** DISCONNECT: what is under way is ended first. */
  public void disconnect(ServerFrame received) {
    session(received).leave(received.frame());
  }

  /** The destination of a SEND; null for an answer. */
  private StompDestination destination(Frame frame) {
    String name = required(frame, Frame.DESTINATION);
    return name.startsWith(MessageEncoder.REPLY_QUEUE)
        ? null
        : StompDestination.of(name, destinations);
  }

  private static Payload payload(Frame frame) {
    return StompPayload.of(frame.getHeader(Frame.CONTENT_TYPE), TransferEncoding.decoded(frame));
  }

  private static MultiMap headers(Frame frame) {
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
    require(value != null, frame.getCommand() + " has a header " + header);
    return value;
  }

  /** Will throw the refusal as STOMP's way to say no; null is none. */
  static void allow(Refusal refusal, Action action, String address) {
    require(refusal == null, refusal == null ? "" : refusal.about(action, address));
  }

  static void require(boolean kept, String rule) {
    if (!kept) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, rule);
    }
  }

  private static StompSession session(ServerFrame received) {
    return (StompSession) received.connection();
  }
}
