package io.busbar.rabbitmq;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a body is, by its content-type: the rules of design.md, in both directions. */
final class AmqpPayload {
  static final String JSON = "application/json";
  static final String TEXT = "text/plain";
  static final String BYTES = "application/octet-stream";

  private AmqpPayload() {}

  /**
   * The body for the bus: a JSON value, text as String, bytes as Buffer.
   *
   * @param contentType null for none
   */
  static Object body(String contentType, byte[] octets) throws BadMessageException {
    if (contentType == null || contentType.isEmpty()) {
      return guess(octets);
    }
    String type = mediaType(contentType);
    if (type.equals(JSON)) {
      return json(octets);
    }
    return type.startsWith("text/") ? text(contentType, octets) : Buffer.buffer(octets);
  }

  /** The type as a header, where it says more than the body's kind does; else null. */
  static String crossing(String contentType) {
    if (contentType == null || contentType.isEmpty()) {
      return null;
    }
    String type = mediaType(contentType);
    boolean implied = type.equals(JSON) || type.equals(TEXT) || type.equals(BYTES);
    return implied ? null : contentType;
  }

  /** The content-type of a body of the bus; null for one that RabbitMQ cannot be told. */
  static String contentType(Object body) {
    if (body == null
        || body instanceof JsonObject
        || body instanceof JsonArray
        || body instanceof Number
        || body instanceof Boolean) {
      return JSON;
    }
    if (body instanceof CharSequence || body instanceof Character) {
      return TEXT;
    }
    return body instanceof Buffer || body instanceof byte[] ? BYTES : null;
  }

  /** The bytes of a body that has a {@link #contentType}. */
  static byte[] octets(Object body) {
    return switch (contentType(body)) {
      case TEXT -> body.toString().getBytes(StandardCharsets.UTF_8);
      case BYTES -> body instanceof Buffer buffer ? buffer.getBytes() : (byte[]) body;
      default -> Json.encodeToBuffer(body).getBytes();
    };
  }

  private static Object json(byte[] octets) throws BadMessageException {
    try {
      return finite(Json.decodeValue(Buffer.buffer(octets)));
    } catch (DecodeException e) {
      throw new BadMessageException("the body of an application/json message is not JSON");
    }
  }

  private static String text(String contentType, byte[] octets) throws BadMessageException {
    String text = decode(octets, charset(contentType));
    if (text == null) {
      throw new BadMessageException("the body of a text message is not in its charset");
    }
    return text;
  }

  /** The value itself, where the reader of JSON did not find a number too large for it. */
  private static Object finite(Object value) throws BadMessageException {
    if (!isFinite(value)) {
      throw new BadMessageException("the body has a number that no message can hold");
    }
    return value;
  }

  private static boolean isFinite(Object value) {
    if (value instanceof JsonObject object) {
      return object.stream().allMatch(member -> isFinite(member.getValue()));
    }
    if (value instanceof JsonArray array) {
      return array.stream().allMatch(AmqpPayload::isFinite);
    }
    return !(value instanceof Double number) || Double.isFinite(number);
  }

  private static Object guess(byte[] octets) throws BadMessageException {
    for (byte octet : octets) {
      if (octet > ' ' || octet < 0) {
        if (octet == '{' || octet == '[') {
          try {
            return finite(Json.decodeValue(Buffer.buffer(octets)));
          } catch (DecodeException e) {
            break; // it only looked like JSON
          }
        }
        break;
      }
    }
    String text = decode(octets, StandardCharsets.UTF_8);
    return text == null ? Buffer.buffer(octets) : text;
  }

  private static String decode(byte[] octets, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String mediaType(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static Charset charset(String contentType) throws BadMessageException {
    int at = contentType.toLowerCase(Locale.ROOT).indexOf("charset=");
    if (at < 0) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(contentType.substring(at + 8).replace("\"", "").split("[;\\s]", 2)[0]);
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("the charset of a text message is not known");
    }
  }
}
