package io.busbar.protocol.bridge;

import io.busbar.config.BridgeConfig.Base64Alphabet;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.StreamJson;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Encodes messages as {@code {"type":"rec","address":…,"body":…,"replyAddress":…,"headers":{…}}},
 * the last two if present, with members of the dialect.
 *
 * @param positions whether messages have their positions in the stream, and gaps are told
 */
record BridgeEncoder(BridgeDialect dialect, Base64Alphabet base64, boolean positions)
    implements Encoder {
  /** Returns an encoder with that format for bytes. */
  static BridgeEncoder of(BridgeDialect dialect, Base64Alphabet base64) {
    return new BridgeEncoder(dialect, base64, false);
  }

  BridgeEncoder withPositions() {
    return new BridgeEncoder(dialect, base64, true);
  }

  @Override
  public boolean reportsGaps() {
    return positions;
  }

  /** Returns the message with the start position of a subscription, or its position after a gap. */
  static JsonObject subscribed(String address, JsonObject where) {
    return new JsonObject().put("type", "subscribed").put("address", address).mergeIn(where);
  }

  @Override
  public EncodedMessage encode(Fanout message) {
    if (message.lost() != null) {
      return EncodedMessage.text(
          subscribed(message.address(), StreamJson.gap(message)).toBuffer().getBytes());
    }
    byte[] head =
        utf8(
            "{\"type\":\""
                + dialect.messageType()
                + "\",\"address\":"
                + Json.encode(message.address())
                + ",\"body\":");
    byte[] body = body(message.payload());
    byte[] tail = utf8(tail(message));
    byte[] whole = new byte[head.length + body.length + tail.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    System.arraycopy(tail, 0, whole, head.length + body.length, tail.length);
    return EncodedMessage.text(whole);
  }

  private byte[] body(Payload payload) {
    if (payload.kind() != Payload.Kind.BYTES || base64 == Base64Alphabet.URL) {
      return payload.json();
    }
    return utf8('"' + Base64.getEncoder().encodeToString(payload.raw()) + '"');
  }

  private String tail(Fanout message) {
    String tail = positions ? position(message) : "";
    if (message.replyAddress() != null) {
      tail += ",\"replyAddress\":" + Json.encode(message.replyAddress());
    }
    if (message.headers() != null) {
      tail += ",\"headers\":" + HeadersAsJson.of(message.headers()).encode();
    }
    return tail + dialect.more(message) + "}";
  }

  private static String position(Fanout message) {
    Position position = message.position();
    if (position == null) {
      return "";
    }
    String epoch = message.beginsEpoch() ? ",\"epoch\":" + Json.encode(position.epoch()) : "";
    return epoch + ",\"offset\":" + position.offset();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
