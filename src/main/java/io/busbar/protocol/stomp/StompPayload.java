package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Payload;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Converts bodies to payloads by their content-type, and back, by the rules in design.md. */
final class StompPayload {
  static final String JSON = "application/json";
  static final String TEXT = "text/plain";
  static final String BYTES = "application/octet-stream";
  private static final Buffer EMPTY = Buffer.buffer();

  private StompPayload() {}

  /**
   * Returns the payload of a SEND.
   *
   * @param contentType null for none
   * @param body null for none
   * @throws ProtocolException when the body does not match its type
   */
  static Payload of(@Nullable String contentType, @Nullable Buffer body) {
    Buffer octets = body == null ? EMPTY : body;
    if (contentType == null) {
      return guess(octets);
    }
    String type = mediaType(contentType);
    if (type.equals(JSON)) {
      return json(octets);
    }
    return type.startsWith("text/") ? text(contentType, octets) : Payload.bytes(octets);
  }

  /**
   * Returns the content-type as a header of the message; null where the payload's kind implies it.
   */
  static @Nullable String crossing(@Nullable String contentType) {
    if (contentType == null) {
      return null;
    }
    String type = mediaType(contentType);
    boolean implied = type.equals(JSON) || type.equals(TEXT) || type.equals(BYTES);
    return implied ? null : contentType;
  }

  static String implied(Payload.Kind kind) {
    return switch (kind) {
      case JSON -> JSON;
      case TEXT -> TEXT;
      case BYTES -> BYTES;
    };
  }

  private static Payload json(Buffer octets) {
    try {
      return Payload.json(Json.decodeValue(octets));
    } catch (DecodeException e) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "the body of an application/json message is JSON");
    }
  }

  private static Payload text(String contentType, Buffer octets) {
    String text = decode(octets, charset(contentType));
    if (text == null) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "the body of a text message is in its charset, or UTF-8");
    }
    return Payload.text(text);
  }

  private static Payload guess(Buffer octets) {
    if (begins(octets, '{', '[')) {
      try {
        return Payload.json(Json.decodeValue(octets));
      } catch (DecodeException e) {
        // It looks like JSON but is not.
      }
    }
    String text = decode(octets, StandardCharsets.UTF_8);
    return text == null ? Payload.bytes(octets) : Payload.text(text);
  }

  private static boolean begins(Buffer octets, char either, char or) {
    for (int i = 0; i < octets.length(); i++) {
      byte octet = octets.getByte(i);
      if (octet > ' ') {
        return octet == either || octet == or;
      }
    }
    return false;
  }

  private static @Nullable String decode(Buffer octets, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(octets.getBytes())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String mediaType(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  private static Charset charset(String contentType) {
    int at = contentType.toLowerCase(Locale.ROOT).indexOf("charset=");
    if (at < 0) {
      return StandardCharsets.UTF_8;
    }
    String name = contentType.substring(at + 8).replace("\"", "").split("[;\\s]", 2)[0];
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }
}
