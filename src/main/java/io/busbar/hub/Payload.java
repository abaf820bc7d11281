package io.busbar.hub;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable Object body;

  /** What {@link #raw} returns; null where the body is what there is. */
  private final byte @Nullable [] packed;

  private byte[] json;

  private Payload(Kind kind, @Nullable Object body) {
    this(kind, body, null);
  }

  private Payload(Kind kind, @Nullable Object body, byte @Nullable [] packed) {
    this.kind = kind;
    this.body = body;
    this.packed = packed;
  }

  /** A JSON value: JsonObject, JsonArray, String, Number, Boolean or null. */
  public static Payload json(@Nullable Object value) {
    return new Payload(value instanceof String ? Kind.TEXT : Kind.JSON, value);
  }

  public static Payload text(String text) {
    return new Payload(Kind.TEXT, text);
  }

  public static Payload bytes(Buffer bytes) {
    return new Payload(Kind.BYTES, bytes);
  }

  /** The payload of a bus message's body; null for a type that no client can be told. */
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
   * One that holds no more than these bytes, for as long as it waits: the body is made when it is
   * asked for, each time. Any thread may use it.
   *
   * @param raw as {@link #raw} returns them; never changed after this
   */
  public static Payload packed(Kind kind, byte[] raw) {
    return new Payload(kind, null, raw);
  }

  /** The same, packed. */
  public Payload packed() {
    return packed(kind, raw());
  }

  public Kind kind() {
    return kind;
  }

  /** What goes on the bus: the type that Vert.x's features expect. */
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
   * Whether all numbers in the body are finite. JSON may have larger ones than a double holds; its
   * reader makes them infinite, and its writer would make a text of that.
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
   * As JSON text, in UTF-8; bytes as a string in the base64 of Vert.x: the alphabet for URLs, no
   * padding. Made once. Read only.
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

  /** Text and bytes as they are, JSON as text. Read only. */
  public byte[] raw() {
    if (packed != null) {
      return packed;
    }
    return switch (kind) {
      case JSON -> json();
      case TEXT -> ((String) body).getBytes(StandardCharsets.UTF_8);
      case BYTES -> ((Buffer) body).getBytes();
    };
  }
}
