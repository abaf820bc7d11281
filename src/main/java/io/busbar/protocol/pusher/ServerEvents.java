package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.SafeJson;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Encodes the gateway's own events. Their data is JSON in a string, except for errors. */
final class ServerEvents {
  static final EncodedMessage PING = of("pusher:ping", null, new JsonObject());
  static final EncodedMessage PONG = of("pusher:pong", null, new JsonObject());

  private static final String SUCCEEDED = "pusher_internal:subscription_succeeded";

  private ServerEvents() {}

  /** Encodes the first event of a connection. */
  static EncodedMessage established(String socketId, long timeoutSeconds) {
    JsonObject data =
        new JsonObject().put("socket_id", socketId).put("activity_timeout", timeoutSeconds);
    return of("pusher:connection_established", null, data);
  }

  /** Encodes an error about a broken rule. */
  static EncodedMessage error(PusherException why, @Nullable String channel) {
    return error(why.code(), why.getMessage(), channel);
  }

  /**
   * Encodes an error.
   *
   * @param code null for none
   * @param channel that the error is about; null for none
   */
  static EncodedMessage error(@Nullable Integer code, String words, @Nullable String channel) {
    JsonObject error =
        event("pusher:error", channel)
            .put("data", new JsonObject().put("code", code).put("message", words));
    return EncodedMessage.text(SafeJson.write(error));
  }

  /** Encodes the success of a subscription. */
  static EncodedMessage succeeded(String channel, JsonObject data) {
    return of(SUCCEEDED, channel, data);
  }

  /** Encodes the failure of a subscription. */
  static EncodedMessage refused(String channel, SubscriptionError why, String words) {
    JsonObject data =
        new JsonObject().put("type", why.type()).put("error", words).put("status", why.status());
    return of("pusher:subscription_error", channel, data);
  }

  /** Encodes the number of subscribers. */
  static EncodedMessage counted(String channel, JsonObject count) {
    return of("pusher_internal:subscription_count", channel, count);
  }

  /** Encodes that a cache channel has no last event. */
  static EncodedMessage cacheMiss(String channel) {
    return of("pusher:cache_miss", channel, new JsonObject());
  }

  /** Encodes the success of a sign-in. */
  static EncodedMessage signedIn(String userData) {
    return of("pusher:signin_success", null, new JsonObject().put("user_data", userData));
  }

  /** Encodes that a user has joined a presence channel. */
  static EncodedMessage memberAdded(String channel, String user, @Nullable Object info) {
    JsonObject data = new JsonObject().put("user_id", user);
    if (info != null) {
      data.put("user_info", info);
    }
    return of("pusher_internal:member_added", channel, data);
  }

  /** Encodes that a user has left a presence channel. */
  static EncodedMessage memberRemoved(String channel, String user) {
    return of("pusher_internal:member_removed", channel, new JsonObject().put("user_id", user));
  }

  /**
   * Encodes an event.
   *
   * @param channel null for none
   */
  static EncodedMessage of(String event, @Nullable String channel, JsonObject data) {
    return EncodedMessage.text(
        SafeJson.write(event(event, channel).put("data", SafeJson.write(data))));
  }

  private static JsonObject event(String event, @Nullable String channel) {
    JsonObject json = new JsonObject().put("event", event);
    return channel == null ? json : json.put("channel", channel);
  }
}
