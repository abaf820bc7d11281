package io.busbar.feature;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The body of a request to the chat, read with checks; each fails with a {@link Refusal}. */
final class ChatRequest {
  private static final Pattern SOCKET = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final JsonObject body;

  private ChatRequest(JsonObject body) {
    this.body = body;
  }

  /** What a client has sent, which must be a JSON object. */
  static ChatRequest of(Object body) {
    if (!(body instanceof JsonObject json)) {
      throw Refusal.noJson();
    }
    return new ChatRequest(json);
  }

  /** The same, where nothing may be sent at all. */
  static ChatRequest ofLogin(@Nullable Object body) {
    return body == null ? new ChatRequest(new JsonObject()) : of(body);
  }

  String id() {
    if (body.getValue("id") instanceof String id) {
      return id;
    }
    throw Refusal.noLogin();
  }

  String message() {
    if (body.getValue("message") instanceof String message) {
      return message;
    }
    throw Refusal.noMessage();
  }

  /** What is told to the chat of a nickname; null where the client wants none. */
  @Nullable JsonObject nickname() {
    Object nickname = body.getValue("nickname");
    if (nickname == null) {
      return null;
    }
    if (nickname instanceof String) {
      return new JsonObject().put("nickname", nickname);
    }
    throw Refusal.noNickname();
  }

  /** The id of the client's connection; null where it says none. */
  @Nullable String socket() {
    Object socket = body.getValue("socket_id");
    if (socket == null || socket instanceof String text && SOCKET.matcher(text).matches()) {
      return (String) socket;
    }
    throw Refusal.noSocket();
  }

  JsonObject body() {
    return body;
  }
}
