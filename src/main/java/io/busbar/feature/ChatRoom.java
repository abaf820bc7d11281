package io.busbar.feature;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The channel {@code chat.room} and its messages: {@code
 * {"type":"notification|message|nick_update","id":"<uuid>","nickname":"…","message":"…"}}. Owned by
 * the event loop of {@link ChatVerticle}.
 */
final class ChatRoom {
  static final String CHANNEL = "chat.room";
  static final int MOST_BYTES = 4096;

  private static final Pattern NOTHING_TO_SEE = Pattern.compile("[\\s\\p{Z}\\p{Cc}\\p{Cf}]*");
  private static final String NOTIFICATION = "notification";
  private static final String MESSAGE = "message";
  private static final String RENAMED = "nick_update";

  private final EventBus bus;
  private final String id = UUID.randomUUID().toString();

  ChatRoom(EventBus bus) {
    this.bus = bus;
  }

  /**
   * Returns the text if it may be sent.
   *
   * @throws Refusal if it has more than 4 KiB of UTF-8 or no visible character
   */
  static String checked(String text) {
    if (text.length() > MOST_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw Refusal.longMessage(MOST_BYTES);
    }
    if (NOTHING_TO_SEE.matcher(text).matches()) {
      throw Refusal.emptyMessage();
    }
    return text;
  }

  void connected(ChatMember member) {
    publish(NOTIFICATION, member, member.shown() + " has connected");
  }

  void publishMessage(ChatMember member, String text) {
    publish(MESSAGE, member, text);
  }

  void renamed(ChatMember member, Nickname from) {
    publish(RENAMED, member, "Client " + from.shown() + " changed to " + member.shown());
  }

  void disconnected(ChatMember member) {
    publish(NOTIFICATION, member, member.shown() + " has disconnected");
  }

  /** Tells only the clients of this node that their server stops. */
  void serverDisconnected() {
    String server = Nicknames.SERVER.shown();
    JsonObject gone = json(NOTIFICATION, id, server, server + " has disconnected");
    bus.publish(CHANNEL, gone, called(NOTIFICATION).setLocalOnly(true));
  }

  private void publish(String type, ChatMember member, String text) {
    JsonObject news = json(type, member.id(), member.shown(), text);
    bus.publish(CHANNEL, news, called(type));
  }

  /**
   * The name of the event, for protocols whose events have names. A new nickname has the name
   * {@code nickname}.
   */
  private static DeliveryOptions called(String type) {
    return new DeliveryOptions().addHeader("name", type.equals(RENAMED) ? "nickname" : type);
  }

  private static JsonObject json(String type, String id, String nickname, String text) {
    return new JsonObject()
        .put("type", type)
        .put("id", id)
        .put("nickname", nickname)
        .put("message", text);
  }
}
