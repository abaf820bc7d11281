package io.busbar.hub;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message: a JSON value, text or bytes. A string on the bus is text; clients of JSON
 * protocols get it as a JSON string. Owned by the code that handles the message, one thread at a
 * time.
 */
public final class Payload {
  /** The kind of a payload, for protocols. */
  public enum Kind {
    JSON,
    TEXT,
    BYTES
  }

  private final Kind kind;
  private final @Nullable Object body;

  /** The bytes that {@link #raw} returns; null where {@code body} is set. */
  private final byte @Nullable [] packed;

  private byte @Nullable [] json;

  private Payload(Kind kind, @Nullable Object body) {
    this(kind, body, null);
  }

  private Payload(Kind kind, @Nullable Object body, byte @Nullable [] packed) {
    this.kind = kind;
    this.body = body;
    this.packed = packed;
  }

  /** Returns a JSON value: JsonObject, JsonArray, String, Number, Boolean or null. */
  public static Payload json(@Nullable Object value) {
    return new Payload(value instanceof String ? Kind.TEXT : Kind.JSON, value);
  }

  public static Payload text(String text) {
    return new Payload(Kind.TEXT, text);
  }

  public static Payload bytes(Buffer bytes) {
    return new Payload(Kind.BYTES, bytes);
  }

  /** Returns the payload of a bus message's body; null for a type that clients cannot get. */
  public static @Nullable Payload ofBody(@Nullable Object body) {
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

  /**
   * Returns a payload that holds only these bytes while it waits. Each call of {@link #body} makes
   * a new body. Any thread may use it.
   *
   * @param raw bytes as {@link #raw} returns them; they must not change any more
   */
  public static Payload packed(Kind kind, byte[] raw) {
    return new Payload(kind, null, raw);
  }

  /** Returns the same payload in packed form. */
  public Payload packed() {
    return packed(kind, raw());
  }

  public Kind kind() {
    return kind;
  }

  /** Returns the body for the bus, in a type that Vert.x features expect. */
  public @Nullable Object body() {
    if (packed == null) {
      return body;
    }
    return switch (kind) {
      case JSON -> Json.decodeValue(Buffer.buffer(packed));
      case TEXT -> new String(packed, StandardCharsets.UTF_8);
      case BYTES -> Buffer.buffer(packed);
    };
  }

  /**
   * Returns whether all numbers in the body are finite. JSON allows numbers larger than a double:
   * the reader makes them infinite, and the writer would make text of them.
   */
  public boolean isFinite() {
    return isFinite(body);
  }

  private static boolean isFinite(@Nullable Object value) {
    if (value instanceof Double number) {
      return Double.isFinite(number);
    }
    Object inside =
        value instanceof JsonObject object
            ? object.getMap()
            : value instanceof JsonArray array ? array.getList() : value;
    if (inside instanceof Map<?, ?> map) {
      inside = map.values();
    }
    if (inside instanceof Iterable<?> values) {
      for (Object each : values) {
        if (!isFinite(each)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Returns JSON text in UTF-8. Bytes become a string in Vert.x's base64: the URL alphabet without
   * padding. The result is computed once, and the caller must not change it.
   */
  public byte[] json() {
    if (packed != null && kind == Kind.JSON) {
      return packed;
    }
    if (json == null) {
      json = Json.encodeToBuffer(body()).getBytes();
    }
    return json;
  }

  /** Returns text and bytes unchanged, and JSON as text. The caller must not change the result. */
  public byte[] raw() {
    if (packed != null) {
      return packed;
    }
    return switch (kind) {
      case JSON -> json();
      case TEXT -> String.valueOf(body).getBytes(StandardCharsets.UTF_8);
      case BYTES -> body instanceof Buffer bytes ? bytes.getBytes() : json();
    };
  }
}
