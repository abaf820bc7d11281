package io.busbar.protocol.socketio;

import io.busbar.config.Action;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Refusal;
import io.busbar.hub.RefusedException;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStart;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.OpenAnswers;
import io.busbar.protocol.StreamJson;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The namespace that gives access to the bus: each event of the client is a call of the hub. An
 * error is the first argument of the acknowledgement, or else an event {@code error}. Owned by the
 * event loop of its connection.
 */
final class BusNamespace implements NamespaceHandler {
  private static final String ERROR = "error";
  private static final String INVALID = "invalid_event";
  private static final JsonObject NOT_KEPT =
      new JsonObject().put("code", "not_kept").put("message", "the stream did not keep it");

  /** An invalid event of the client, with the message that the client gets. */
  private static final class InvalidEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidEventException(String words) {
      super(words, null, false, false);
    }
  }

  private final Hub hub;
  private final NamespaceMember member;
  private final Session session;
  private EventEncoder encoder;

  /** Null without connection state recovery. */
  private @Nullable ConnectionState state;

  private final OpenAnswers awaited = new OpenAnswers();

  BusNamespace(Hub hub, NamespaceMember member) {
    this.hub = hub;
    this.member = member;
    this.session = member.session();
    this.encoder = member.encoder(true);
  }

  @Override
  public void enters(JsonObject auth) {
    RecoveryStates recoveries = member.recoveries();
    if (!recoveries.areOn()) {
      member.admit();
      return;
    }
    ConnectionState.find(hub, session, member.namespace(), recoveries, auth)
        .onComplete(
            found -> {
              if (!member.hasLeft()) {
                enters(recoveries, found.result());
              }
            });
  }

  private void enters(RecoveryStates recoveries, ConnectionState.@Nullable Recovered back) {
    encoder = encoder.forRecovery();
    ConnectionState now = ConnectionState.of(hub, session, member.namespace(), recoveries, back);
    state = now;
    member.admit(new JsonObject().put("sid", now.id()).put("pid", now.secret()));
    if (back != null) {
      now.resume(back, encoder);
    }
  }

  @Override
  public void onEvent(String event, List<Object> arguments, long ack) {
    try {
      switch (event) {
        case "subscribe" -> subscribe(address(event, arguments), options(arguments), ack);
        case "unsubscribe" -> unsubscribe(address(event, arguments), ack);
        case "publish" -> publish(address(event, arguments), arguments, ack);
        case "send" -> send(address(event, arguments), arguments, ack);
        case "request" -> request(address(event, arguments), arguments, ack);
        default ->
            throw new InvalidEventException(
                "no such event: the bus takes subscribe, unsubscribe, publish, send and request");
      }
    } catch (InvalidEventException e) {
      refuse(ack, new JsonObject().put("code", INVALID).put("message", e.getMessage()));
    }
  }

  private static String address(String event, List<Object> arguments) {
    if (arguments.isEmpty() || !(arguments.get(0) instanceof String address) || address.isEmpty()) {
      throw new InvalidEventException(event + " takes an address first");
    }
    return address;
  }

  private static JsonObject options(List<Object> arguments) {
    if (arguments.size() < 2 || arguments.get(1) == null) {
      return new JsonObject();
    }
    if (arguments.get(1) instanceof JsonObject options) {
      return options;
    }
    throw new InvalidEventException("options are an object");
  }

  private static Payload body(List<Object> arguments) {
    Object body = arguments.size() < 2 ? null : arguments.get(1);
    return body instanceof Buffer bytes ? Payload.bytes(bytes) : Payload.json(body);
  }

  private static @Nullable MultiMap headers(List<Object> arguments) {
    if (arguments.size() < 3 || arguments.get(2) == null) {
      return null;
    }
    if (!(arguments.get(2) instanceof JsonObject object)) {
      throw new InvalidEventException("headers are an object");
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (Map.Entry<String, Object> each : object) {
      if (each.getValue() instanceof JsonArray several) {
        several.forEach(value -> headers.add(each.getKey(), text(value)));
      } else {
        headers.add(each.getKey(), text(each.getValue()));
      }
    }
    return headers;
  }

  private static String text(Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new InvalidEventException("a header is a string, or an array of them");
  }

  private void subscribe(String address, JsonObject options, long ack) {
    boolean pattern = Boolean.TRUE.equals(options.getValue("pattern"));
    if (pattern && !AddressPattern.isPattern(address)) {
      throw new InvalidEventException("a pattern has a word * or #");
    }
    SubscriptionRequest request = SubscriptionRequest.of(address, encoder);
    if (pattern) {
      hub.subscribePattern(session, request)
          .onSuccess(done -> acknowledge(ack))
          .onFailure(e -> refuse(ack, ((RefusedException) e).refusal(), Action.SUBSCRIBE, address));
      return;
    }
    StreamStartRequest beginning =
        new StreamStartRequest(since(options), start -> subscribed(address, ack, start, options));
    hub.subscribe(session, request.from(beginning).withInfo(info(options)))
        .onFailure(e -> refuse(ack, ((RefusedException) e).refusal(), Action.SUBSCRIBE, address));
  }

  private static @Nullable Since since(JsonObject options) {
    Object since = options.getValue("since");
    try {
      return since == null ? null : StreamJson.since(since);
    } catch (IllegalArgumentException e) {
      throw new InvalidEventException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Acknowledges a subscription before its first message, with the start position if the client
   * asked for it.
   */
  private void subscribed(String address, long ack, StreamStart start, JsonObject options) {
    if (state != null) {
      state.begins(address, start);
    }
    boolean asked = options.containsKey("since") || options.containsKey("recover");
    if (asked) {
      member.acknowledge(ack, Arrays.asList(null, StreamJson.start(start)));
    } else {
      acknowledge(ack);
    }
  }

  /** Returns what the client says about itself; null for none. */
  private static @Nullable Payload info(JsonObject options) {
    Object info = options.getValue("info");
    if (info instanceof Buffer) {
      throw new InvalidEventException("info is JSON");
    }
    return info == null ? null : Payload.json(info);
  }

  private void unsubscribe(String address, long ack) {
    boolean wasSubscribed = hub.unsubscribe(session, address);
    if (wasSubscribed && state != null) {
      state.ends(address);
    }
    if (wasSubscribed || hub.maySubscribe(session, address)) {
      acknowledge(ack);
    } else {
      refuse(ack, Refusal.ACCESS_DENIED, Action.SUBSCRIBE, address);
    }
  }

  private void publish(String address, List<Object> arguments, long ack) {
    Refusal refusal = hub.publish(session, address, body(arguments), headers(arguments));
    if (refusal == null) {
      session.whenSettled(
          () ->
              session
                  .whenKept()
                  .onSuccess(kept -> acknowledge(ack))
                  .onFailure(e -> refuse(ack, NOT_KEPT.copy().put("address", address))));
    } else {
      refuse(ack, refusal, Action.PUBLISH, address);
    }
  }

  private void send(String address, List<Object> arguments, long ack) {
    answer(
        ack, hub.send(session, address, body(arguments), headers(arguments)), Action.SEND, address);
  }

  private void answer(long ack, @Nullable Refusal refusal, Action action, String address) {
    if (refusal == null) {
      session.whenSettled(() -> acknowledge(ack));
    } else {
      refuse(ack, refusal, action, address);
    }
  }

  private void request(String address, List<Object> arguments, long ack) {
    if (ack == SocketPacket.NO_ID) {
      throw new InvalidEventException("a request has an acknowledgement, which is its answer");
    }
    if (session.subscriptions().size() + awaited.count() >= hub.limits().subscriptions()) {
      refuse(ack, Refusal.TOO_MANY_SUBSCRIPTIONS, Action.SEND, address);
      return;
    }
    awaited.begins();
    hub.request(session, address, body(arguments), headers(arguments), address)
        .onComplete(
            reply -> {
              if (reply.succeeded()) {
                answered(ack, reply.result());
              } else {
                failed(ack, address, reply.cause());
              }
              awaited.ends();
            });
  }

  private void answered(long ack, Fanout reply) {
    JsonObject about = new JsonObject();
    if (reply.headers() != null) {
      about.put("headers", HeadersAsJson.of(reply.headers()));
    }
    member.acknowledge(ack, Arrays.asList(null, reply.payload().body(), about));
  }

  private void failed(long ack, String address, Throwable cause) {
    if (cause instanceof RefusedException refused) {
      refuse(ack, refused.refusal(), Action.SEND, address);
      return;
    }
    JsonObject error = new JsonObject();
    if (cause instanceof ReplyException reply) {
      error.put("code", reply.failureType().name()).put("failureCode", reply.failureCode());
    } else {
      error.put("code", "ERROR");
    }
    refuse(ack, error.put("message", FailureWords.of(cause)).put("address", address));
  }

  private void acknowledge(long ack) {
    member.acknowledge(ack, Collections.singletonList(null));
  }

  private void refuse(long ack, Refusal refusal, Action action, String address) {
    refuse(
        ack,
        new JsonObject()
            .put("code", refusal.code())
            .put("message", refusal.about(action, address))
            .put("address", address));
  }

  private void refuse(long ack, JsonObject error) {
    if (ack == SocketPacket.NO_ID) {
      member.emit(ERROR, List.of(error));
    } else {
      member.acknowledge(ack, List.of(error));
    }
  }

  @Override
  public void whenAnswered(Runnable task) {
    awaited.whenNone(task);
  }

  @Override
  public void lost() {
    if (state != null) {
      state.lost();
    }
  }

  @Override
  public void left() {}
}
