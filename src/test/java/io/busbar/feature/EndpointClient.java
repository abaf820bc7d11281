package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One client, as a service endpoint presents it to a feature. Used by the thread of the test; the
 * bus adds messages on its own threads.
 */
final class EndpointClient {
  /** The messages of the feature: answers, and answers to answers. Each can be taken once. */
  private final BlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();

  private final Vertx vertx;
  private final String address;
  private final String session;
  private volatile boolean ended;

  EndpointClient(Vertx vertx, String address) {
    this(vertx, address, UUID.randomUUID().toString());
  }

  EndpointClient(Vertx vertx, String address, String session) {
    this.vertx = vertx;
    this.address = address;
    this.session = session;
  }

  String session() {
    return session;
  }

  Future<Message<Object>> open() {
    return event("open", null);
  }

  Future<Message<Object>> say(Object body) {
    return event("message", body);
  }

  Future<Message<Object>> close() {
    return event("close", null);
  }

  /** Sends a nickname as a named event, as clients of Socket.IO do. */
  Future<Message<Object>> nickname(String nickname) {
    JsonObject body = new JsonObject().put("nickname", nickname);
    return vertx
        .eventBus()
        .request(address, body, options("message").addHeader("name", "nickname"));
  }

  Future<Message<Object>> event(String event, Object body) {
    return vertx.eventBus().request(address, body, options(event));
  }

  private DeliveryOptions options(String event) {
    return new DeliveryOptions()
        .addHeader("session", session)
        .addHeader("protocol", "websocket")
        .addHeader("event", event);
  }

  /** Sends a request, and keeps the messages of the feature until a test takes them. */
  void ask(Object body) {
    keep(say(body));
  }

  /** Waits for the next message of the feature. The feature does not know yet that it was taken. */
  Message<Object> next() throws Exception {
    Message<Object> next = received.poll(Waiting.MOST_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the client was told nothing");
    }
    return next;
  }

  /** Takes the next message of the feature, and confirms it. */
  Object take() throws Exception {
    Message<Object> next = next();
    letKnow(next);
    return next.body();
  }

  void letKnow(Message<Object> taken) {
    if (taken.replyAddress() != null) {
      keep(taken.replyAndRequest(null));
    }
  }

  /** Whether the feature has sent an empty answer, which is the end. */
  boolean ended() {
    return ended;
  }

  int untaken() {
    return received.size();
  }

  /** Returns the refusal with which the future fails: {@code 409 the nickname Ann is taken}. */
  static String refusal(Future<?> refused) throws Exception {
    return Waiting.await(
        refused
            .map("not refused")
            .otherwise(cause -> ((ReplyException) cause).failureCode() + " " + cause.getMessage()));
  }

  private void keep(Future<Message<Object>> answer) {
    answer.onSuccess(
        message -> {
          if (message.body() == null) {
            ended = true;
          } else {
            received.add(message);
          }
        });
  }
}
