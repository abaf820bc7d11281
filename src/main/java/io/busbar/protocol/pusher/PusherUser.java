package io.busbar.protocol.pusher;

import io.busbar.hub.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A user of an app, as its backend describes it.
 *
 * @param info a JSON value; null for none
 */
record PusherUser(String id, @Nullable Object info) {
  private static final int LONGEST_ID = 128;

  /**
   * Returns the member of a presence channel: {@code {"user_id","user_info"}}; null for an invalid
   * one.
   *
   * @param channelData null for none
   */
  static @Nullable PusherUser ofChannel(@Nullable String channelData) {
    JsonObject data = object(channelData);
    return data == null ? null : of(data.getValue("user_id"), data.getValue("user_info"));
  }

  /** Returns the user of a sign-in: {@code {"id",…}}; null for an invalid one. */
  static @Nullable PusherUser ofConnection(String userData) {
    JsonObject data = object(userData);
    PusherUser user = data == null ? null : of(data.getValue("id"), data.getValue("user_info"));
    return user != null && ChannelName.isUser(user.id()) ? user : null;
  }

  private static @Nullable PusherUser of(Object id, Object info) {
    boolean good = id instanceof String || id instanceof Integer || id instanceof Long;
    String text = good ? id.toString() : "";
    return text.isEmpty() || text.length() > LONGEST_ID ? null : new PusherUser(text, info);
  }

  private static @Nullable JsonObject object(@Nullable String json) {
    try {
      return json != null && EventData.read(json) instanceof JsonObject object ? object : null;
    } catch (DecodeException e) {
      return null;
    }
  }

  /** Returns the info for others; null for none. */
  @Nullable Payload payload() {
    return info == null ? null : Payload.json(info);
  }
}
