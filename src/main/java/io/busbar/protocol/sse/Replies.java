package io.busbar.protocol.sse;

import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Session;
import io.busbar.protocol.HeadersAsJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answers of streaming clients to requests. An answer is an HTTP request of its own, which may
 * arrive at any node. It names the stream, and its node gets the answer. Any thread may use it.
 */
final class Replies {
  private static final String ADDRESS = "busbar.sse.";
  private static final String ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern TOKEN = Pattern.compile("(" + ID + ")\\.(" + ID + ")");

  private final Vertx vertx;
  private final Hub hub;
  private final String node = UUID.randomUUID().toString();
  private final Map<String, Session> streams = new ConcurrentHashMap<>();

  Replies(Vertx vertx, Hub hub) {
    this.vertx = vertx;
    this.hub = hub;
    String address = ADDRESS + node;
    hub.ownerOf(address)
        .runOnContext(nothing -> vertx.eventBus().<JsonObject>consumer(address, this::take));
  }

  /** Allows the client of the session to answer. Returns the token that it must send. */
  String enter(Session session) {
    streams.put(session.id(), session);
    return node + '.' + session.id();
  }

  void leave(Session session) {
    streams.remove(session.id());
  }

  /**
   * Will deliver an answer.
   *
   * @param user who sends it; null for an anonymous client
   * @return whether a request waited for the answer
   */
  Future<Boolean> answer(Post answer, @Nullable String user) {
    Matcher token = TOKEN.matcher(answer.session());
    if (!token.matches()) {
      return Future.succeededFuture(false);
    }
    JsonObject question =
        new JsonObject()
            .put("session", token.group(2))
            .put("user", user)
            .put("replyAddress", answer.replyAddress())
            .put("body", answer.body().body());
    if (answer.headers() != null) {
      question.put("headers", HeadersAsJson.of(answer.headers()));
    }
    return vertx
        .eventBus()
        .<Boolean>request(ADDRESS + token.group(1), question)
        .map(Message::body)
        .recover(
            e ->
                e instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(e));
  }

  private void take(Message<JsonObject> message) {
    Session session = streams.get(message.body().getString("session"));
    if (session == null) {
      message.reply(false);
    } else {
      session
          .here(Future.succeededFuture())
          .onSuccess(here -> message.reply(settle(session, message.body())));
    }
  }

  private boolean settle(Session session, JsonObject answer) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    return Objects.equals(session.user(), answer.getString("user"))
        && HeadersAsJson.read(answer.getJsonObject("headers", new JsonObject()), headers) == null
        && hub.reply(
            session,
            answer.getString("replyAddress"),
            Payload.json(answer.getValue("body")),
            headers);
  }
}
