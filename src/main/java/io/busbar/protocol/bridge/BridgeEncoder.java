package io.busbar.protocol.bridge;

import io.busbar.config.Config.Bridge.Base64Alphabet;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.busbar.hub.Wire;
import io.busbar.protocol.HeadersAsJson;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * {@code {"type":"rec","address":…,"body":…,"replyAddress":…,"headers":{…}}}, the last two if any.
 */
final class BridgeEncoder implements Encoder {
  private static final BridgeEncoder URL = new BridgeEncoder(Base64Alphabet.URL);
  private static final BridgeEncoder BASIC = new BridgeEncoder(Base64Alphabet.BASIC);

  private final Base64Alphabet base64;

  private BridgeEncoder(Base64Alphabet base64) {
    this.base64 = base64;
  }

  /** The one that writes bodies of bytes so. */
  static BridgeEncoder of(Base64Alphabet base64) {
    return base64 == Base64Alphabet.URL ? URL : BASIC;
  }

  @Override
  public Wire encode(Fanout message) {
    byte[] head =
        utf8("{\"type\":\"rec\",\"address\":" + Json.encode(message.address()) + ",\"body\":");
    byte[] body = body(message.payload());
    byte[] tail = utf8(tail(message));
    byte[] whole = new byte[head.length + body.length + tail.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    System.arraycopy(tail, 0, whole, head.length + body.length, tail.length);
    return Wire.text(whole);
  }

  private byte[] body(Payload payload) {
    if (payload.kind() != Payload.Kind.BYTES || base64 == Base64Alphabet.URL) {
      return payload.json();
    }
    return utf8('"' + Base64.getEncoder().encodeToString(payload.raw()) + '"');
  }

  private static String tail(Fanout message) {
    String tail = "";
    if (message.replyAddress() != null) {
      tail = ",\"replyAddress\":" + Json.encode(message.replyAddress());
    }
    if (message.headers() != null) {
      tail += ",\"headers\":" + HeadersAsJson.of(message.headers()).encode();
    }
    return tail + "}";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
