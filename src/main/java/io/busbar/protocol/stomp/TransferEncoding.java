package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries a body that is not UTF-8 over SockJS, which has only text: as base64, named in a header
 * (RFC 2045, section 6). It does not use {@code content-encoding}: that header belongs to the
 * sender, who may have compressed the body.
 */
final class TransferEncoding {
  static final String HEADER = "content-transfer-encoding";
  static final String BASE64 = "base64";

  private TransferEncoding() {}

  static boolean isText(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  static byte[] encode(byte[] body) {
    return Base64.getEncoder().encode(body);
  }

  /** Returns the same frame when its body is text, and otherwise one with the body as base64. */
  static Frame asText(Frame frame) {
    if (frame.hasEmptyBody() || isText(frame.getBodyAsByteArray())) {
      return frame;
    }
    Map<String, String> headers = new LinkedHashMap<>(frame.getHeaders());
    headers.remove(Frame.CONTENT_LENGTH);
    headers.put(HEADER, BASE64);
    Buffer body = Buffer.buffer(encode(frame.getBodyAsByteArray()));
    return new Frame(frame.getCommand(), headers, body);
  }

  /**
   * Returns the body of a SEND without the encoding; null for none.
   *
   * @throws ProtocolException when the encoding is unknown, or the body does not match it
   */
  static @Nullable Buffer decoded(Frame frame) {
    String encoding = frame.getHeader(HEADER);
    if (encoding == null) {
      return frame.getBody();
    }
    StompCommands.require(
        encoding.trim().equalsIgnoreCase(BASE64), HEADER + " is " + BASE64 + ", or is not there");
    try {
      return frame.hasEmptyBody() ? frame.getBody() : decoded(frame.getBodyAsByteArray());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR, "the body is what its " + HEADER + " says: " + BASE64);
    }
  }

  /** Decodes either alphabet of RFC 4648, with or without padding. */
  private static Buffer decoded(byte[] base64) {
    for (byte digit : base64) {
      if (digit == '-' || digit == '_') {
        return Buffer.buffer(Base64.getUrlDecoder().decode(base64));
      }
    }
    return Buffer.buffer(Base64.getDecoder().decode(base64));
  }
}
