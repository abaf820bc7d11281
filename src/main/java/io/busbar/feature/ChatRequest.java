package io.busbar.feature;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of an HTTP request to the chat. Its methods check what they read, and throw a {@link
 * Refusal}. Immutable.
 */
final class ChatRequest {
  private static final Pattern SOCKET = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final JsonObject body;

  private ChatRequest(JsonObject body) {
    this.body = body;
  }

  /** Returns the request of a client. The body must be a JSON object. */
  static ChatRequest of(Object body) {
    if (!(body instanceof JsonObject json)) {
      throw Refusal.noJson();
    }
    return new ChatRequest(json);
  }

  /** Returns a login request, whose body may be missing. */
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

  /** The nickname as the chat expects it; null if the client asks for none. */
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

  /** The id of the client's connection; null for none. */
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
