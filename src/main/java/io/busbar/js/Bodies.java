package io.busbar.js;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteOrder;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * How bodies cross between the bus and a script: what it is, and itself. JSON crosses as text, so
 * that a script has objects of its own. Owned by the script's event loop.
 */
final class Bodies {
  private static final long LARGEST_EXACT = 1L << 53;

  /** Makes a Uint8Array of so many bytes. */
  private final Value makeBytes;

  Bodies(Value makeBytes) {
    this.makeBytes = makeBytes;
  }

  /** The word for what it is. */
  static String kind(Object body) {
    return body instanceof JsonObject || body instanceof JsonArray ? "json" : "plain";
  }

  /** What the script gets; null for what it could not use. */
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

  /** What a script gave, from that argument on. */
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
