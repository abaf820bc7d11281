package io.busbar.protocol.service;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.RefusedException;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStartRequest;
import io.busbar.hub.SubscriptionRequest;
import io.busbar.protocol.OpenAnswers;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.StreamJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client of a service endpoint. Each event of the client is a request to the feature, in order,
 * and the reply goes to the client. Owned by the event loop of its transport.
 */
final class ServiceSession implements Receiver {
  /**
   * Maximum of events whose replies the client has not read; beyond it the gateway stops reading.
   */
  private static final int MOST_OPEN = 64;

  private static final String EVENT = "event";
  private static final Payload NOTHING = Payload.json(null);

  private final Hub hub;
  private final Session session;
  private final String address;
  private final @Nullable Set<Session> here;
  private final OpenAnswers unanswered = new OpenAnswers();
  private int open;
  private int answers;

  /**
   * @param here sessions of the endpoint with this one; null for an endpoint that never closes
   */
  ServiceSession(Hub hub, Session session, String address, @Nullable Set<Session> here) {
    this.here = here;
    this.hub = hub;
    this.session = session;
    this.address = address;
  }

  /**
   * Opens the session.
   *
   * @param channel that it subscribes to; empty for none
   * @param query of its URL; null for none
   */
  void open(String channel, @Nullable String query) {
    try {
      Since since = channel.isEmpty() ? null : ServicePlace.of(query);
      if (!channel.isEmpty()) {
        listen(channel, since);
      }
    } catch (IllegalArgumentException e) {
      error(-1, String.valueOf(e.getMessage()));
      session.close(Disconnect.PROTOCOL_ERROR);
      return;
    }
    tell("open", NOTHING, () -> {});
  }

  private void listen(String channel, @Nullable Since since) {
    StreamStartRequest beginning =
        since == null
            ? null
            : new StreamStartRequest(
                since, start -> session.write(PlaceEncoder.encoded(StreamJson.start(start))));
    Encoder encoder = since == null ? PlainEncoder.INSTANCE : PlaceEncoder.INSTANCE;
    hub.subscribeTrusted(session, SubscriptionRequest.of(channel, encoder).from(beginning))
        .onFailure(cause -> session.close(Disconnect.FAILED));
  }

  @Override
  public void text(String message) {
    session.received(message.length());
    handle(Payload.text(message));
  }

  @Override
  public void binary(Buffer message) {
    session.received(message.length());
    handle(Payload.bytes(message));
  }

  private void handle(Payload message) {
    unanswered.begins();
    tell("message", message, unanswered::ends);
  }

  @Override
  public void whenAnswered(Runnable task) {
    unanswered.whenNone(() -> session.whenQuiet(task));
  }

  @Override
  public void closed() {
    hub.leave(session);
    if (here != null) {
      here.remove(session);
    }
    hub.sendTrusted(session, address, NOTHING, event("close"));
  }

  private void tell(String event, Payload payload, Runnable then) {
    if (++open == MOST_OPEN) {
      session.holdBack();
    }
    hub.requestTrusted(session, address, payload, event(event))
        .onComplete(
            answer -> {
              answered(answer);
              if (answers++ == 0) {
                session.whenWritten(this::taken);
              }
              then.run();
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

  private void answered(io.vertx.core.AsyncResult<Fanout> answer) {
    if (session.isClosed()) {
      return;
    }
    if (answer.failed()) {
      failed(answer.cause());
      return;
    }
    Fanout message = answer.result();
    if (message.payload().body() != null) {
      session.write(PlainEncoder.INSTANCE.encode(message));
    }
    MultiMap headers = message.headers();
    if (headers != null && headers.contains("close")) {
      session.close(disconnect(headers));
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
      next.onComplete(this::answered);
    }
  }

  private void failed(Throwable cause) {
    if (cause instanceof RefusedException) {
      error(-1, FailureWords.of(cause));
    } else if (cause instanceof ReplyException) {
      ReplyException reply = (ReplyException) cause;
      if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
        session.close(Disconnect.NO_FEATURE);
      } else if (reply.failureType() != ReplyFailure.TIMEOUT) {
        error(reply.failureCode(), FailureWords.of(reply));
      }
    }
  }

  private void error(int code, String words) {
    JsonObject error =
        new JsonObject().put("type", "error").put("code", code).put("message", words);
    session.write(EncodedMessage.text(error.toBuffer().getBytes()));
  }

  private static MultiMap event(String name) {
    return MultiMap.caseInsensitiveMultiMap().add(EVENT, name);
  }

  /** Returns the feature's close code if WebSocket allows it (RFC 6455, 7.4). */
  private static Disconnect disconnect(MultiMap headers) {
    String code = headers.get("close");
    boolean own = code.matches("1000|[34]\\d{3}");
    String reason = headers.get("reason");
    return new Disconnect(own ? Integer.parseInt(code) : 1000, reason == null ? "" : reason, false);
  }
}
