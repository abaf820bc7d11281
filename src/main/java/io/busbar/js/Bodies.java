package io.busbar.js;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteOrder;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * Converts message bodies between the bus and a script. A body is passed as its kind and its value.
 * JSON is passed as text, so that the script gets objects of its own. Owned by the script's event
 * loop.
 */
final class Bodies {
  private static final long LARGEST_EXACT = 1L << 53;

  /** A function that makes a Uint8Array of a length in bytes. */
  private final Value makeBytes;

  Bodies(Value makeBytes) {
    this.makeBytes = makeBytes;
  }

  /** The name of the body's kind. */
  static String kind(Object body) {
    return body instanceof JsonObject || body instanceof JsonArray ? "json" : "plain";
  }

  /** Returns the value for the script; null for a type that a script cannot use. */
  @Nullable Object toScript(Object body) {
    if (body instanceof JsonObject || body instanceof JsonArray) {
      return Json.encode(body);
    }
    if (body instanceof Buffer bytes) {
      return bytes(bytes);
    }
    if (body instanceof Number number) {
      return number(number);
    }
    if (body instanceof String || body instanceof Boolean) {
      return body;
    }
    return body instanceof Character ? body.toString() : null;
  }

  private static Object number(Number number) {
    long whole = number.longValue();
    boolean isWhole =
        number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte;
    if (isWhole && Math.abs(whole) <= LARGEST_EXACT) {
      return whole;
    }
    return number.doubleValue();
  }

  private Value bytes(Buffer bytes) {
    int length = bytes.length();
    Value array = makeBytes.execute(length);
    Value memory = array.getMember("buffer");
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      memory.writeBufferLong(ByteOrder.BIG_ENDIAN, at, bytes.getLong(at));
    }
    for (; at < length; at++) {
      memory.writeBufferByte(at, bytes.getByte(at));
    }
    return array;
  }

  /**
   * Returns the body in the arguments of a script.
   *
   * @param first the index of the argument with the kind
   */
  static @Nullable Object fromScript(Value[] arguments, int first) {
    String kind = arguments[first].asString();
    switch (kind) {
      case "null":
        return null;
      case "json":
        return Json.decodeValue(arguments[first + 1].asString());
      case "bytes":
        byte[] bytes = new byte[arguments[first + 3].asInt()];
        arguments[first + 1].readBuffer(arguments[first + 2].asLong(), bytes, 0, bytes.length);
        return Buffer.buffer(bytes);
      default:
        return plain(arguments[first + 1]);
    }
  }

  private static Object plain(Value value) {
    if (value.isString()) {
      return value.asString();
    }
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    if (value.fitsInInt()) {
      return value.asInt();
    }
    return value.fitsInLong() && Math.abs(value.asDouble()) <= LARGEST_EXACT
        ? (Object) value.asLong()
        : (Object) value.asDouble();
  }
}
