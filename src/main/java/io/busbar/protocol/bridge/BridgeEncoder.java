package io.busbar.protocol.bridge;

import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code {"type":"rec","address":…,"body":…,"replyAddress":…,"headers":{…}}}, the last two if any.
 */
final class BridgeEncoder implements Encoder {
  static final BridgeEncoder INSTANCE = new BridgeEncoder();

  private BridgeEncoder() {}

  @Override
  public Wire encode(Fanout message) {
    byte[] head =
        utf8("{\"type\":\"rec\",\"address\":" + Json.encode(message.address()) + ",\"body\":");
    byte[] body = message.payload().json();
    byte[] tail = utf8(tail(message));
    byte[] whole = new byte[head.length + body.length + tail.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    System.arraycopy(tail, 0, whole, head.length + body.length, tail.length);
    return Wire.text(whole);
  }

  private static String tail(Fanout message) {
    String tail = "";
    if (message.replyAddress() != null) {
      tail = ",\"replyAddress\":" + Json.encode(message.replyAddress());
    }
    if (message.headers() != null) {
      tail += ",\"headers\":" + headers(message.headers()).encode();
    }
    return tail + "}";
  }

  /** A header that came several times is an array. */
  private static JsonObject headers(MultiMap headers) {
    JsonObject json = new JsonObject();
    for (String name : headers.names()) {
      List<String> values = headers.getAll(name);
      json.put(name, values.size() == 1 ? values.get(0) : values);
    }
    return json;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
