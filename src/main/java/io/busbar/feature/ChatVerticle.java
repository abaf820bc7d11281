package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The feature with a chat room in which every member gets every message. Clients of a service
 * endpoint send plain text to {@code chat}. Others publish or send {@code {"message":"text"}} to
 * {@code chat.say}, and join with the first message. {@code /nick NAME} changes the nickname.
 * {@link ChatRoom} has the messages of the room.
 *
 * <p>It has the members of its node. Owned by its event loop.
 */
public final class ChatVerticle extends VerticleBase {
  private static final System.Logger LOG = System.getLogger(ChatVerticle.class.getName());
  private static final Pattern NICK = Pattern.compile("/nick(?:\\s(.*))?", Pattern.DOTALL);

  private final Map<String, ChatMember> members = new HashMap<>();
  private final RecentSessions closed = new RecentSessions();

  @SuppressWarnings("NullAway.Init") // set when it starts
  private ChatRoom room;

  @SuppressWarnings("NullAway.Init") // set when it starts
  private Nicknames nicknames;

  private boolean stopping;

  @Override
  public Future<?> start() {
    if (context.getInstanceCount() > 1) {
      return Future.failedFuture("ChatVerticle knows its clients: it takes one instance a node");
    }
    room = new ChatRoom(vertx.eventBus());
    return Nicknames.open(vertx).compose(this::listen);
  }

  private Future<?> listen(Nicknames opened) {
    nicknames = opened;
    EventBus bus = vertx.eventBus();
    return Future.all(
        bus.localConsumer("chat", this::serve).completion(),
        bus.localConsumer("chat.say", this::say).completion(),
        bus.localConsumer("busbar.session.closed", this::sessionClosed).completion());
  }

  /**
   * Will notify the clients of this node that it stops. Completes when their nicknames are free.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    room.serverDisconnected();
    List<Future<Void>> freed =
        members.values().stream().map(member -> member.inTurn(() -> free(member))).toList();
    members.clear();
    return Future.join(freed)
        .onFailure(cause -> LOG.log(Level.WARNING, "Not all nicknames could be freed", cause))
        .otherwiseEmpty();
  }

  private void serve(Message<Object> message) {
    String session = message.headers().get("session");
    String event = String.valueOf(message.headers().get("event"));
    if (session == null) {
      Refusal.answer(message, Refusal.noSession());
      return;
    }
    switch (event) {
      case "open" -> tell(message, open(message));
      case "message" -> tell(message, handle(message));
      case "close" -> answer(message, leave(session));
      default -> Refusal.answer(message, Refusal.unknownEvent(event));
    }
  }

  private void say(Message<Object> message) {
    String session = message.headers().get("session");
    if (session == null) {
      Refusal.answer(message, Refusal.noSession());
    } else if (closed.contains(session)) {
      Refusal.answer(message, Refusal.sessionClosed());
    } else if (message.body() instanceof JsonObject json
        && json.getValue("message") instanceof String text) {
      ChatMember member = member(message, true);
      answer(message, member.inTurn(() -> handle(member, text)));
    } else {
      Refusal.answer(message, Refusal.notSayable());
    }
  }

  /**
   * Removes a member that came by {@code chat.say}. A client of a service endpoint leaves by its
   * own event, which never overtakes its messages.
   */
  private void sessionClosed(Message<String> message) {
    closed.add(message.body());
    ChatMember member = members.get(message.body());
    if (member != null && member.fromBus()) {
      leave(message.body()).onFailure(this::notFreed);
    }
  }

  /** Will let a client join. A client that asks for a nickname gets that one, or is refused. */
  private Future<Void> open(Message<?> message) {
    String wanted =
        message.body() instanceof JsonObject json
                && json.getValue("nickname") instanceof String text
            ? text
            : null;
    ChatMember member = member(message, false);
    return member.inTurn(
        () -> wanted == null ? joined(member) : joined(member, Nickname.of(wanted)));
  }

  private Future<Void> handle(Message<?> message) {
    if ("nickname".equals(message.headers().get("name"))) {
      return rename(message);
    }
    if (!(message.body() instanceof String text)) {
      return Future.failedFuture(Refusal.notText());
    }
    ChatMember member = member(message, false);
    return member.inTurn(() -> handle(member, text));
  }

  private Future<Void> handle(ChatMember member, String text) {
    Matcher nick = NICK.matcher(text);
    if (nick.matches()) {
      Nickname wanted = Nickname.of(nick.group(1));
      return joined(member).compose(joined -> rename(member, wanted));
    }
    String checked = ChatRoom.checked(text);
    return joined(member).onSuccess(joined -> room.publishMessage(member, checked));
  }

  /** Changes the nickname by a named event, which needs no command. */
  private Future<Void> rename(Message<?> message) {
    if (!(message.body() instanceof JsonObject json)
        || !(json.getValue("nickname") instanceof String text)) {
      return Future.failedFuture(Refusal.notText());
    }
    ChatMember member = member(message, false);
    return member.inTurn(
        () -> {
          Nickname wanted = Nickname.of(text);
          return joined(member).compose(joined -> rename(member, wanted));
        });
  }

  /**
   * Will let the member join, if it has not. Completes when it has a nickname and the room was
   * told.
   */
  private Future<Void> joined(ChatMember member) {
    return joined(member, () -> nicknames.claimFirst(member));
  }

  private Future<Void> joined(ChatMember member, Nickname wanted) {
    return joined(
        member,
        () ->
            nicknames
                .claim(wanted, member.id())
                .compose(
                    claimed ->
                        claimed
                            ? Future.succeededFuture(wanted)
                            : Future.failedFuture(Refusal.takenNickname(wanted.shown()))));
  }

  private Future<Void> joined(ChatMember member, Supplier<Future<Nickname>> claim) {
    if (stopping) {
      return Future.failedFuture(Refusal.closing());
    }
    if (member.nickname() != null) {
      return Future.succeededFuture();
    }
    return claim
        .get()
        .compose(
            nickname -> {
              member.rename(nickname);
              if (stopping) {
                return Future.failedFuture(Refusal.closing());
              }
              room.connected(member);
              return Future.succeededFuture();
            });
  }

  private Future<Void> rename(ChatMember member, Nickname wanted) {
    Nickname old = member.nickname();
    if (old == null) {
      return joined(member, wanted);
    }
    if (wanted.equals(old)) {
      return Future.failedFuture(Refusal.sameNickname(old.shown()));
    }
    if (wanted.key().equals(old.key())) {
      member.rename(wanted);
      room.renamed(member, old);
      return Future.succeededFuture();
    }
    return nicknames
        .claim(wanted, member.id())
        .compose(
            claimed -> {
              if (!claimed) {
                return Future.failedFuture(Refusal.takenNickname(wanted.shown()));
              }
              member.rename(wanted);
              room.renamed(member, old);
              return nicknames.release(old, member.id());
            });
  }

  private Future<Void> leave(String session) {
    ChatMember member = stopping ? null : members.remove(session);
    if (member == null) {
      return Future.succeededFuture();
    }
    return member.inTurn(() -> free(member).onSuccess(freed -> announceLeft(member)));
  }

  private Future<Void> free(ChatMember member) {
    Nickname nickname = member.nickname();
    return nickname == null ? Future.succeededFuture() : nicknames.release(nickname, member.id());
  }

  private void announceLeft(ChatMember member) {
    if (member.nickname() != null && !stopping) {
      room.disconnected(member);
    }
  }

  private ChatMember member(Message<?> message, boolean fromBus) {
    String user = message.headers().get("user");
    return members.computeIfAbsent(
        message.headers().get("session"), id -> new ChatMember(id, user, fromBus));
  }

  private void answer(Message<?> message, Future<Void> done) {
    done.onSuccess(nothing -> message.reply(null))
        .onFailure(cause -> Refusal.answer(message, cause));
  }

  /**
   * Answers with the member's nickname in a header, for a feature that asks for a client of its
   * own.
   */
  private void tell(Message<?> message, Future<Void> done) {
    done.onSuccess(nothing -> message.reply(null, called(message)))
        .onFailure(cause -> Refusal.answer(message, cause));
  }

  private DeliveryOptions called(Message<?> message) {
    ChatMember member = members.get(message.headers().get("session"));
    Nickname nickname = member == null ? null : member.nickname();
    DeliveryOptions options = new DeliveryOptions();
    return nickname == null ? options : options.addHeader("nickname", nickname.shown());
  }

  private void notFreed(Throwable cause) {
    LOG.log(Level.WARNING, "The nickname of somebody who left could not be freed", cause);
  }
}
