package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig;
import io.busbar.hub.Disconnect;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.RefusedException;
import io.busbar.hub.Session;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.OpenAnswers;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The namespace of a feature. Each event of the client is a request to the feature, in order, and
 * the reply is the client's acknowledgement. Owned by the event loop of its connection.
 */
final class FeatureNamespace implements NamespaceHandler {
  /**
   * Maximum of events whose replies the client has not read; beyond it the gateway stops reading.
   */
  private static final int MOST_OPEN = 64;

  private static final String EVENT = "event";
  private static final String JOIN = "busbar-join";
  private static final String LEAVE = "busbar-leave";
  private static final String CLOSE = "busbar-close";
  private static final String ERROR = "error";
  private static final String MESSAGE = "message";
  private static final Payload NOTHING = Payload.json(null);

  private final Hub hub;
  private final NamespaceMember member;
  private final Session session;
  private final SocketIoConfig.Namespace rule;
  private final EventEncoder encoder;
  private final OpenAnswers unanswered = new OpenAnswers();
  private int open;
  private int answers;
  private boolean entered;

  FeatureNamespace(Hub hub, NamespaceMember member, SocketIoConfig.Namespace rule) {
    this.hub = hub;
    this.member = member;
    this.session = member.session();
    this.rule = rule;
    this.encoder = member.encoder(false);
  }

  @Override
  public void enters(JsonObject auth) {
    if (!rule.admit()) {
      comesIn();
    }
    requestFeature("open", null, Payload.json(auth), null, this::opened);
  }

  private void comesIn() {
    entered = true;
    if (!rule.channel().isEmpty()) {
      join(rule.channel());
    }
    session.whenSettled(member::admit);
  }

  private void opened(AsyncResult<Fanout> answer) {
    if (!entered) {
      if (answer.failed()) {
        refused(answer.cause());
        return;
      }
      comesIn();
    }
    answered(answer, SocketPacket.NO_ID);
  }

  private void refused(Throwable cause) {
    JsonObject data =
        cause instanceof ReplyException reply
            ? new JsonObject().put("code", reply.failureCode())
            : null;
    member.refuse(FailureWords.of(cause), data);
  }

  @Override
  public void onEvent(String event, List<Object> arguments, long ack) {
    unanswered.begins();
    requestFeature(
        MESSAGE,
        event,
        EventEncoder.payload(arguments),
        EventEncoder.count(arguments),
        answer -> {
          answered(answer, ack);
          unanswered.ends();
        });
  }

  private void requestFeature(
      String kind,
      @Nullable String name,
      Payload payload,
      @Nullable MultiMap more,
      Consumer<AsyncResult<Fanout>> then) {
    if (++open == MOST_OPEN) {
      session.holdBack();
    }
    MultiMap headers = more == null ? MultiMap.caseInsensitiveMultiMap() : more;
    headers.add(EVENT, kind);
    if (name != null) {
      headers.add(EventEncoder.NAME, name);
    }
    hub.requestTrusted(session, rule.address(), payload, headers)
        .onComplete(
            answer -> {
              then.accept(answer);
              if (answers++ == 0) {
                session.whenWritten(this::taken);
              }
            });
  }

  private void taken() {
    boolean paused = open >= MOST_OPEN;
    open -= answers;
    answers = 0;
    if (paused && open < MOST_OPEN) {
      session.readOn();
    }
  }

  private void answered(AsyncResult<Fanout> answer, long ack) {
    if (session.isClosed()) {
      return;
    }
    if (answer.failed()) {
      failed(answer.cause(), ack);
      return;
    }
    Fanout message = answer.result();
    MultiMap ours = message.busHeaders();
    ours.getAll(LEAVE).forEach(this::leaveRooms);
    ours.getAll(JOIN).forEach(this::join);
    // Subscriptions come first, so the client gets the room's messages after this reply.
    session.whenSettled(() -> sendToClient(message, ours, ack));
  }

  private void sendToClient(Fanout message, MultiMap ours, long ack) {
    List<Object> arguments = EventEncoder.arguments(message);
    if (ack != SocketPacket.NO_ID) {
      member.acknowledge(ack, arguments);
    } else if (!arguments.isEmpty() || EventEncoder.name(message) != null) {
      String name = EventEncoder.name(message);
      member.emit(name == null ? MESSAGE : name, arguments);
    }
    if (ours.contains(CLOSE)) {
      session.close(new Disconnect(1000, ours.get(CLOSE), false));
      return;
    }
    String replyAddress = message.replyAddress();
    if (replyAddress != null) {
      session.whenWritten(() -> more(replyAddress));
    }
  }

  /** Tells the feature that the client has read its reply, because the feature has more to send. */
  private void more(String replyAddress) {
    Future<Fanout> next = hub.replyAndRequest(session, replyAddress, NOTHING, null, replyAddress);
    if (next != null) {
      next.onComplete(answer -> answered(answer, SocketPacket.NO_ID));
    }
  }

  private void join(String rooms) {
    for (String room : rooms.split(",")) {
      String address = room.trim();
      if (!address.isEmpty() && session.subscription(address) == null) {
        hub.subscribeTrusted(session, SubscriptionRequest.of(address, encoder))
            .onFailure(e -> session.close(Disconnect.FAILED));
      }
    }
  }

  private void leaveRooms(String rooms) {
    for (String room : rooms.split(",")) {
      hub.unsubscribe(session, room.trim());
    }
  }

  private void failed(Throwable cause, long ack) {
    if (cause instanceof ReplyException reply) {
      if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
        session.close(Disconnect.NO_FEATURE);
      } else if (reply.failureType() != ReplyFailure.TIMEOUT || ack != SocketPacket.NO_ID) {
        error(ack, reply.failureCode(), FailureWords.of(reply));
      }
    } else if (cause instanceof RefusedException) {
      error(ack, -1, FailureWords.of(cause));
    }
  }

  /** Sends an error. Acknowledgements have no field for it, so it is an object of its own. */
  private void error(long ack, int code, String words) {
    JsonObject error = new JsonObject().put("code", code).put("message", words);
    if (ack == SocketPacket.NO_ID) {
      member.emit(ERROR, List.of(error));
    } else {
      member.acknowledge(ack, List.of(new JsonObject().put(ERROR, error)));
    }
  }

  @Override
  public void whenAnswered(Runnable task) {
    unanswered.whenNone(task);
  }

  @Override
  public void left() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(EVENT, "close");
    hub.sendTrusted(session, rule.address(), NOTHING, headers);
  }
}
