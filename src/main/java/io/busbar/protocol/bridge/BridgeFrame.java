package io.busbar.protocol.bridge;

import io.busbar.hub.Payload;
import io.busbar.hub.Since;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.StreamJson;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client: a JSON object with {@code type}, and {@code address}, {@code headers},
 * {@code body} and {@code replyAddress} as the type needs them. For a register the body is what the
 * client says about itself; null for none.
 */
record BridgeFrame(
    Type type,
    String address,
    @Nullable MultiMap headers,
    @Nullable Payload body,
    @Nullable String replyAddress,
    @Nullable Login login,
    @Nullable Recovery recovery,
    @Nullable Failure failure) {

  /**
   * Length of the reply addresses of vertx-eventbus.js; the stock bridge accepts no longer ones.
   */
  private static final int MOST_REPLY_ADDRESS = 36;

  /** The credentials of a client: a user and a password, or a token. */
  record Login(@Nullable String username, @Nullable String password, @Nullable String token) {
    @Override
    public String toString() {
      return "Login[***]";
    }
  }

  /**
   * The request of a register for its start position in the channel's stream.
   *
   * @param since where it wants to start; null for the default of the channel's rule
   */
  record Recovery(@Nullable Since since) {}

  /**
   * The failure that an answer reports.
   *
   * @param message null for none
   */
  record Failure(int code, @Nullable String message) {}

  BridgeFrame(
      Type type,
      String address,
      @Nullable MultiMap headers,
      @Nullable Payload body,
      @Nullable String replyAddress) {
    this(type, address, headers, body, replyAddress, null, null, null);
  }

  /** Returns the body of a publish or send. */
  Payload payload() {
    return Objects.requireNonNull(body, "a publish and a send have a body");
  }

  /** The types of messages. */
  enum Type {
    PING,
    LOGIN,
    REFRESH,
    REGISTER,
    UNREGISTER,
    PUBLISH,
    SEND
  }

  /**
   * Reads a message.
   *
   * @throws BridgeException with the error code of the broken rule, and the addresses if any
   */
  static BridgeFrame parse(String message) throws BridgeException {
    JsonObject json = object(message);
    try {
      return read(json);
    } catch (BridgeException e) {
      String replyAddress = word(json, "replyAddress");
      boolean awaited = replyAddress != null && replyAddress.length() <= MOST_REPLY_ADDRESS;
      throw e.about(word(json, "address"), awaited ? replyAddress : null);
    }
  }

  private static BridgeFrame read(JsonObject json) throws BridgeException {
    String type = word(json, "type");
    if (type == null) {
      throw new BridgeException("missing_type", "a message has a type");
    }
    if (type.equals("ping")) {
      return new BridgeFrame(Type.PING, "", null, null, null);
    }
    if (type.equals("login") || type.equals("refresh")) {
      return login(type.equals("login") ? Type.LOGIN : Type.REFRESH, json);
    }
    String address = word(json, "address");
    if (address == null) {
      throw new BridgeException("missing_address", "a " + type + " has an address");
    }
    return switch (type) {
      case "register" -> register(address, json);
      case "unregister" -> new BridgeFrame(Type.UNREGISTER, address, null, null, null);
      case "publish" -> talk(Type.PUBLISH, address, json);
      case "send" -> talk(Type.SEND, address, json);
      default -> throw new BridgeException("invalid_type", "no such type");
    };
  }

  private static BridgeFrame register(String address, JsonObject json) throws BridgeException {
    Object since = json.getValue("since");
    boolean recovers = since != null || Boolean.TRUE.equals(json.getValue("recover"));
    try {
      Recovery recovery =
          recovers ? new Recovery(since == null ? null : StreamJson.since(since)) : null;
      return new BridgeFrame(Type.REGISTER, address, null, info(json), null, null, recovery, null);
    } catch (IllegalArgumentException e) {
      throw new BridgeException("invalid_since", String.valueOf(e.getMessage()));
    }
  }

  private static BridgeFrame login(Type type, JsonObject json) throws BridgeException {
    String token = string(json, "token");
    String username = string(json, "username");
    String password = string(json, "password");
    boolean named = type == Type.LOGIN && username != null && password != null;
    if (token == null && !named) {
      throw new BridgeException("auth_error", "a login has username and password, or a token");
    }
    Login login = new Login(username, password, token);
    return new BridgeFrame(type, "", null, null, null, login, null, null);
  }

  private static BridgeFrame talk(Type type, String address, JsonObject json)
      throws BridgeException {
    String replyAddress = word(json, "replyAddress");
    if (replyAddress == null
        ? json.getValue("replyAddress") != null
        : replyAddress.length() > MOST_REPLY_ADDRESS) {
      throw new BridgeException(
          "invalid_reply_address",
          "a reply address is a string or a number of at most "
              + MOST_REPLY_ADDRESS
              + " characters");
    }
    Payload body = Payload.json(json.getValue("body"));
    return new BridgeFrame(
        type, address, headers(json), body, replyAddress, null, null, failure(json));
  }

  private static @Nullable Failure failure(JsonObject json) {
    return json.getValue("failureCode") instanceof Integer code
        ? new Failure(code, string(json, "message"))
        : null;
  }

  /**
   * Returns {@code info}, or the JSON text in the header of that name, for clients with headers
   * only.
   */
  private static @Nullable Payload info(JsonObject json) throws BridgeException {
    Object info = json.getValue("info");
    if (info == null && json.getValue("headers") instanceof JsonObject headers) {
      info = headers.getValue("info");
      if (info instanceof String text) {
        info = parsed(text);
      }
    }
    return info == null ? null : Payload.json(info);
  }

  private static Object parsed(String text) throws BridgeException {
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw new BridgeException("invalid_info", "the header info is JSON");
    }
  }

  private static JsonObject object(String message) throws BridgeException {
    try {
      return new JsonObject(message);
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw new BridgeException("invalid_json", "a message is a JSON object");
    }
  }

  private static @Nullable String string(JsonObject json, String key) {
    Object value = json.getValue(key);
    return value instanceof String ? (String) value : null;
  }

  /** Returns a string, number or boolean as text, as the stock bridge does; null for others. */
  private static @Nullable String word(JsonObject json, String key) {
    Object value = json.getValue(key);
    return isScalar(value) ? value.toString() : null;
  }

  private static boolean isScalar(Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Number && Payload.json(value).isFinite();
  }

  private static @Nullable MultiMap headers(JsonObject json) throws BridgeException {
    Object value = json.getValue("headers");
    if (value == null) {
      return null;
    }
    if (!(value instanceof JsonObject)) {
      throw new BridgeException("invalid_headers", "headers are a JSON object");
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    String wrong = HeadersAsJson.read((JsonObject) value, headers);
    if (wrong != null) {
      throw new BridgeException(
          "invalid_headers", "the header " + wrong + " is no string, finite number or boolean");
    }
    return headers;
  }
}
