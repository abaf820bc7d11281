package io.busbar.hub;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a message carries: a JSON value, text or bytes. A string on the bus is text, and a JSON
 * string to those who speak JSON. Owned by whoever handles the message, one thread at a time.
 */
public final class Payload {
  /** How protocols tell payloads apart. */
  public enum Kind {
    JSON,
    TEXT,
    BYTES
  }

  private final Kind kind;
  private final Object body;
  private byte[] json;

  private Payload(Kind kind, Object body) {
    this.kind = kind;
    this.body = body;
  }

  /** A JSON value: JsonObject, JsonArray, String, Number, Boolean or null. */
  public static Payload json(Object value) {
    return new Payload(value instanceof String ? Kind.TEXT : Kind.JSON, value);
  }

  public static Payload text(String text) {
    return new Payload(Kind.TEXT, text);
  }

  public static Payload bytes(Buffer bytes) {
    return new Payload(Kind.BYTES, bytes);
  }

  /** The payload of a bus message's body; null for a type that no client can be told. */
  public static Payload ofBody(Object body) {
    if (body == null
        || body instanceof JsonObject
        || body instanceof JsonArray
        || body instanceof Number
        || body instanceof Boolean) {
      return new Payload(Kind.JSON, body);
    }
    if (body instanceof CharSequence || body instanceof Character) {
      return text(body.toString());
    }
    if (body instanceof Buffer) {
      return bytes((Buffer) body);
    }
    return body instanceof byte[] ? bytes(Buffer.buffer((byte[]) body)) : null;
  }

  public Kind kind() {
    return kind;
  }

  /** What goes on the bus: the type that Vert.x's features expect. */
  public Object body() {
    return body;
  }

  /** Whether the event bus has a codec for the body. JSON from a client may hold larger numbers. */
  public boolean fitsTheBus() {
    return !(body instanceof BigInteger);
  }

  /** As JSON text, in UTF-8; bytes as a base64 string. Made once. Read only. */
  public byte[] json() {
    if (json == null) {
      Object value = kind == Kind.BYTES ? Base64.getEncoder().encodeToString(rawBytes()) : body;
      json = Json.encodeToBuffer(value).getBytes();
    }
    return json;
  }

  /** Text and bytes as they are, JSON as text. */
  public byte[] raw() {
    return switch (kind) {
      case JSON -> json();
      case TEXT -> ((String) body).getBytes(StandardCharsets.UTF_8);
      case BYTES -> rawBytes();
    };
  }

  private byte[] rawBytes() {
    return ((Buffer) body).getBytes();
  }
}
