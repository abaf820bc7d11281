package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Converts bodies by their content-type, in both directions. The rules are in design.md. */
final class AmqpPayload {
  static final String JSON = "application/json";
  static final String TEXT = "text/plain";
  static final String BYTES = "application/octet-stream";

  private static final String JAVA = "application/x-java-serialized-object";
  private static final int MOST_CODINGS = 4;

  private AmqpPayload() {}

  /**
   * The body for the bus: a JSON value, text as String, bytes as Buffer. {@code content-encoding}
   * is a charset, as Spring and kombu write it, or a compression, or both: {@code gzip, UTF-8}.
   * With any other one the body stays bytes.
   *
   * @param longest the most bytes of the unpacked body
   */
  static Object body(BasicProperties properties, byte[] octets, int longest)
      throws BadMessageException {
    if (crossingEncoding(properties.getContentEncoding()) != null) {
      return Buffer.buffer(octets);
    }
    byte[] unpacked = octets;
    Charset charset = null;
    for (String coding : codings(properties.getContentEncoding())) {
      if (isCompression(coding)) {
        unpacked = unpack(coding, unpacked, longest);
      } else {
        charset = Charset.forName(coding);
      }
    }
    return body(properties.getContentType(), unpacked, charset);
  }

  /** The encoding as a header, if the body was left encoded; otherwise null. */
  static @Nullable String crossingEncoding(String contentEncoding) {
    for (String coding : codings(contentEncoding)) {
      if (!isCompression(coding) && !isCharset(coding)) {
        return contentEncoding;
      }
    }
    return null;
  }

  /**
   * The list of codings; the one that was applied last stands first. Empty if the list is too long
   * to be useful.
   */
  private static List<String> codings(@Nullable String contentEncoding) {
    if (contentEncoding == null || contentEncoding.isBlank()) {
      return List.of();
    }
    List<String> codings =
        List.of(contentEncoding.strip().toLowerCase(Locale.ROOT).split("[,:]\\s*"));
    return codings.size() > MOST_CODINGS ? List.of(contentEncoding) : codings;
  }

  private static boolean isCompression(String coding) {
    return coding.equals("gzip") || coding.equals("deflate");
  }

  private static boolean isCharset(String coding) {
    try {
      return Charset.isSupported(coding);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] unpack(String coding, byte[] octets, int longest)
      throws BadMessageException {
    InputStream packed = new ByteArrayInputStream(octets);
    try (InputStream unpacking =
        coding.equals("gzip") ? new GZIPInputStream(packed) : new InflaterInputStream(packed)) {
      byte[] unpacked = unpacking.readNBytes(longest + 1);
      if (unpacked.length > longest) {
        throw new BadMessageException("the unpacked body is longer than " + longest + " bytes");
      }
      return unpacked;
    } catch (IOException e) {
      throw new BadMessageException("the body is not " + coding);
    }
  }

  /**
   * The same for a body that is not compressed.
   *
   * @param contentType null for none
   * @param charset the charset that the sender named; null for none
   */
  private static Object body(@Nullable String contentType, byte[] octets, @Nullable Charset charset)
      throws BadMessageException {
    if (contentType == null || contentType.isEmpty()) {
      return charset == null ? guess(octets) : guess(text(octets, charset).getBytes(UTF_8));
    }
    String type = mediaType(contentType);
    if (isJson(type)) {
      return json(charset == null ? octets : text(octets, charset).getBytes(UTF_8));
    }
    if (type.startsWith("text/")) {
      return text(octets, charset == null ? charset(contentType) : charset);
    }
    return charset == null || type.equals(BYTES) || type.equals(JAVA)
        ? Buffer.buffer(octets)
        : text(octets, charset);
  }

  private static boolean isJson(String type) {
    return type.equals(JSON)
        || type.equals("text/json")
        || type.startsWith("application/") && type.endsWith("+json");
  }

  /** The content-type as a header, if it says more than the kind of the body; otherwise null. */
  static @Nullable String crossing(@Nullable String contentType) {
    if (contentType == null || contentType.isEmpty()) {
      return null;
    }
    String type = mediaType(contentType);
    boolean implied = type.equals(JSON) || type.equals(TEXT) || type.equals(BYTES);
    return implied ? null : contentType;
  }

  /** The content-type for a body of the bus; null for a body that cannot go to RabbitMQ. */
  static @Nullable String contentType(@Nullable Object body) {
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
    return switch (String.valueOf(contentType(body))) {
      case TEXT -> body.toString().getBytes(UTF_8);
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

  private static String text(byte[] octets, Charset charset) throws BadMessageException {
    String text = decode(octets, charset);
    if (text == null) {
      throw new BadMessageException("the body of a text message is not in its charset");
    }
    return text;
  }

  /** Returns the value, unless it has a number that was too large for the JSON parser. */
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
    String text = decode(octets, UTF_8);
    return text == null ? Buffer.buffer(octets) : text;
  }

  private static @Nullable String decode(byte[] octets, Charset charset) {
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
      return UTF_8;
    }
    try {
      return Charset.forName(contentType.substring(at + 8).replace("\"", "").split("[;\\s]", 2)[0]);
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("the charset of a text message is not known");
    }
  }

  /** Says in one line why a message can never be delivered, however often it is tried. */
  static final class BadMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    BadMessageException(String reason) {
      super(reason, null, false, false);
    }

    /** There always is one. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
