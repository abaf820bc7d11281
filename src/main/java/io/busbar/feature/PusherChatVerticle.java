package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chat for clients that get messages by Pusher and send requests by HTTP. Each request is a
 * message to {@code chat.http.login}, {@code chat.http.nickname} or {@code chat.http.say}. For the
 * chat at {@code chat}, each login is one more client, like those of a service endpoint.
 *
 * <p>One node has the login, and its id names that node. Another node forwards a request to it.
 * Owned by its event loop.
 */
public final class PusherChatVerticle extends VerticleBase {
  private static final String CHAT = "chat";
  private static final String NODES = "busbar.chat.logins.";
  private static final long ANSWER_MILLIS = 10_000;
  private static final int TEN_MINUTES = 600_000;

  /**
   * The number of checks for silent clients, and of questions for connections, in the time of
   * silence.
   */
  private static final int LOOKS = 10;

  private static final int QUESTIONS = 4;

  private final String node = UUID.randomUUID().toString();

  @SuppressWarnings("NullAway.Init") // set when it starts
  private ChatLogins logins;

  @SuppressWarnings("NullAway.Init") // set when it starts
  private ChatSockets sockets;

  private long idleNanos;
  private boolean stopping;

  @Override
  public Future<?> start() {
    if (context.getInstanceCount() > 1) {
      return Future.failedFuture("PusherChatVerticle knows its clients: it takes one instance");
    }
    Settings settings = new Settings("PusherChatVerticle", config()).only("idle", "most");
    int idle = settings.number("idle", TEN_MINUTES, 1_000, 86_400_000, " ms");
    idleNanos = TimeUnit.MILLISECONDS.toNanos(idle);
    logins = new ChatLogins(node, settings.number("most", 10_000, 1, 1_000_000, ""));
    sockets = new ChatSockets(vertx, NODES + node);
    vertx.setPeriodic(idle / LOOKS, timer -> logOutSilent());
    vertx.setPeriodic(idle / QUESTIONS, timer -> sockets.ask(logins.sockets()));
    EventBus bus = vertx.eventBus();
    return Future.all(
        sockets.open(),
        bus.consumer(NODES + node, this::onNodeMessage).completion(),
        bus.localConsumer("chat.http.login", asked -> answer(asked, () -> login(asked)))
            .completion(),
        bus.localConsumer(
                "chat.http.nickname", asked -> answer(asked, () -> passOn("nickname", asked)))
            .completion(),
        bus.localConsumer("chat.http.say", asked -> answer(asked, () -> passOn("say", asked)))
            .completion());
  }

  /** Will let all clients of this node leave the chat. */
  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.join(logins.all().stream().map(this::leave).toList()).otherwiseEmpty();
  }

  private Future<JsonObject> login(Message<Object> asked) {
    if (stopping) {
      throw Refusal.closing();
    }
    ChatRequest request = ChatRequest.ofLogin(asked.body());
    JsonObject nickname = request.nickname();
    ChatLogin login = logins.add(asked.headers().get("user"), request.socket());
    if (login.socket() != null) {
      sockets.askSoon(login.socket());
    }
    return tell(login, "open", nickname, null)
        .map(name -> answer(login, name))
        .onFailure(cause -> leave(login));
  }

  /** Will handle the request on the node that has the login. */
  private Future<JsonObject> passOn(String what, Message<Object> asked) {
    ChatRequest request = ChatRequest.of(asked.body());
    String at = ChatLogin.node(request.id());
    if (at.equals(node)) {
      return handle(what, request);
    }
    DeliveryOptions options =
        new DeliveryOptions().setSendTimeout(ANSWER_MILLIS).addHeader("event", what);
    return vertx
        .eventBus()
        .<JsonObject>request(NODES + at, request.body(), options)
        .map(Message::body)
        .recover(cause -> Future.failedFuture(isNobody(cause) ? Refusal.loggedOut() : cause));
  }

  private static boolean isNobody(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** Handles a message of another node: a request that it forwards, or news about connections. */
  private void onNodeMessage(Message<JsonObject> message) {
    String event = String.valueOf(message.headers().get("event"));
    if (event.equals("sockets")) {
      socketsAre(message.body());
      return;
    }
    try {
      handle(event, ChatRequest.of(message.body()))
          .onSuccess(message::reply)
          .onFailure(cause -> refuse(message, cause));
    } catch (Refusal e) {
      refuse(message, e);
    }
  }

  private static void refuse(Message<?> message, Throwable cause) {
    Refusal.answer(message, Refusal.ofAnswer(cause));
  }

  private Future<JsonObject> handle(String what, ChatRequest request) {
    ChatLogin login = logins.find(request.id());
    login.received();
    if (what.equals("say")) {
      return tell(login, "message", request.message(), null).map(name -> new JsonObject());
    }
    JsonObject nickname = request.nickname();
    if (nickname == null) {
      throw Refusal.noNickname();
    }
    return tell(login, "message", nickname, "nickname").map(name -> answer(login, name));
  }

  private static JsonObject answer(ChatLogin login, String nickname) {
    return new JsonObject().put("id", login.id()).put("nickname", nickname);
  }

  /** Will send an event of the client to the chat. Completes with the client's nickname. */
  private Future<String> tell(
      ChatLogin login, String event, @Nullable Object body, @Nullable String name) {
    DeliveryOptions options =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setSendTimeout(ANSWER_MILLIS)
            .addHeader("session", login.session())
            .addHeader("protocol", "http")
            .addHeader("event", event);
    if (login.user() != null) {
      options.addHeader("user", login.user());
    }
    if (name != null) {
      options.addHeader("name", name);
    }
    return vertx
        .eventBus()
        .request(CHAT, body, options)
        .map(answer -> answer.headers().get("nickname"));
  }

  private void socketsAre(JsonObject news) {
    for (Object here : news.getJsonArray("here", new JsonArray())) {
      logins.of((String) here).forEach(ChatLogin::received);
    }
    for (Object gone : news.getJsonArray("gone", new JsonArray())) {
      logins.of((String) gone).forEach(this::leave);
    }
  }

  private void logOutSilent() {
    for (ChatLogin login : logins.all()) {
      if (login.isSilentFor(idleNanos)) {
        leave(login);
      }
    }
  }

  private Future<?> leave(ChatLogin login) {
    return logins.remove(login)
        ? tell(login, "close", null, null).otherwiseEmpty()
        : Future.succeededFuture();
  }

  private static void answer(Message<?> request, Supplier<Future<JsonObject>> step) {
    try {
      step.get()
          .onSuccess(request::reply)
          .onFailure(cause -> error(request, Refusal.ofAnswer(cause)));
    } catch (Refusal e) {
      error(request, e);
    }
  }

  /**
   * Answers with an error. It is a reply and not a failure, because texts of failures from 500 on
   * never reach clients.
   */
  private static void error(Message<?> request, Refusal refusal) {
    request.reply(
        refusal.toError(),
        new DeliveryOptions().addHeader("status", Integer.toString(refusal.status())));
  }
}
