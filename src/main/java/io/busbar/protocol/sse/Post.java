package io.busbar.protocol.sse;

import io.busbar.hub.Payload;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of a POST in JSON or a form: {@code {"channel", "body", "name", "headers", "reply"}},
 * or an answer to a received message, {@code {"session", "replyAddress", "body", "headers"}}.
 *
 * @param channel null for an answer
 * @param reply whether it is a request
 * @param session token of the stream that the answer belongs to; null for none
 * @param replyAddress address for the answer; null for none
 */
record Post(
    @Nullable String channel,
    Payload body,
    @Nullable MultiMap headers,
    boolean reply,
    @Nullable String session,
    @Nullable String replyAddress) {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Set<String> KEYS =
      Set.of("channel", "body", "name", "headers", "reply", "session", "replyAddress");

  /**
   * Reads a body.
   *
   * @param type the request's Content-Type; null for none
   */
  static Post of(@Nullable String type, byte[] bytes) throws SseException {
    String text = text(bytes).strip();
    // The tool curl -d labels every body as a form.
    boolean form = type != null && type.startsWith(FORM) && !text.startsWith("{");
    return of(form ? form(text) : json(text));
  }

  private static String text(byte[] bytes) throws SseException {
    try {
      return Utf8.decode(bytes);
    } catch (ProtocolException e) {
      throw SseException.bad("the body is not UTF-8");
    }
  }

  private static JsonObject json(String text) throws SseException {
    try {
      return new JsonObject(text);
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw SseException.bad("the body must be {\"channel\": …, \"body\": …}, or a form of these");
    }
  }

  /** Reads a form, whose values are text except {@code reply}. */
  private static JsonObject form(String text) throws SseException {
    JsonObject json = new JsonObject();
    try {
      Map<String, List<String>> fields =
          // In a URL this character would begin the fragment.
          new QueryStringDecoder(
                  text.replace("#", "%23"), StandardCharsets.UTF_8, false, KEYS.size() + 1, true)
              .parameters();
      fields.forEach((name, values) -> json.put(name, values.get(0)));
    } catch (IllegalArgumentException e) {
      throw SseException.bad("the body is no form");
    }
    if (json.getValue("reply") instanceof String reply && reply.matches("true|false")) {
      json.put("reply", reply.equals("true"));
    }
    return json;
  }

  private static Post of(JsonObject json) throws SseException {
    for (String key : json.fieldNames()) {
      if (!KEYS.contains(key)) {
        throw SseException.bad("a key is not known; known are " + String.join(", ", sorted()));
      }
    }
    String replyAddress = string(json, "replyAddress");
    String channel = string(json, "channel");
    String session = string(json, "session");
    boolean answer = replyAddress != null && session != null;
    if (answer == (channel != null) || answer != (replyAddress != null || session != null)) {
      throw SseException.bad("what is said has a channel; an answer a session and a replyAddress");
    }
    Object reply = json.getValue("reply", false);
    if (!(reply instanceof Boolean asks) || asks && answer) {
      throw SseException.bad("reply is true for a question");
    }
    Payload body = Payload.json(json.getValue("body"));
    return new Post(channel, body, headers(json), asks, session, replyAddress);
  }

  private static List<String> sorted() {
    return KEYS.stream().sorted().toList();
  }

  private static String string(JsonObject json, String key) throws SseException {
    Object value = json.getValue(key);
    if (value == null || value instanceof String text && !text.isEmpty()) {
      return (String) value;
    }
    throw SseException.bad(key + " is a string");
  }

  /** Returns the headers; null for none. */
  private static @Nullable MultiMap headers(JsonObject json) throws SseException {
    String name = string(json, EventEncoder.NAME);
    Object given = json.getValue("headers");
    if (name == null && given == null) {
      return null;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (given != null) {
      if (!(given instanceof JsonObject object) || HeadersAsJson.read(object, headers) != null) {
        throw SseException.bad("headers are an object of strings, finite numbers and booleans");
      }
    }
    return name == null ? headers : headers.set(EventEncoder.NAME, name);
  }
}
