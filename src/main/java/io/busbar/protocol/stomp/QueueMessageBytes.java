package io.busbar.protocol.stomp;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A queue's message as nodes store it and tell it each other: four bytes with the length of a JSON
 * object, that object, and the body. A node reads what it knows of the object, so others may say
 * more.
 */
final class QueueMessageBytes {
  private static final String TEXT = "text";
  private static final String BYTES = "bytes";
  private static final String JSON = "json";

  private QueueMessageBytes() {}

  static byte[] of(QueueMessage message) {
    Object body = message.body();
    JsonArray headers = new JsonArray();
    message.headers().forEach((name, value) -> headers.add(name).add(value));
    Buffer about =
        new JsonObject()
            .put("id", message.id())
            .put("type", type(body))
            .put("size", message.size())
            .put("headers", headers)
            .put("accepted", message.acceptedMillis())
            .put("sequence", message.sequence())
            .put("tries", message.tries())
            .toBuffer();
    return Buffer.buffer(4 + about.length() + message.size())
        .appendInt(about.length())
        .appendBuffer(about)
        .appendBuffer(bytes(body))
        .getBytes();
  }

  private static String type(Object body) {
    if (body instanceof String) {
      return TEXT;
    }
    return body instanceof Buffer ? BYTES : JSON;
  }

  private static Buffer bytes(Object body) {
    return switch (type(body)) {
      case TEXT -> Buffer.buffer((String) body);
      case BYTES -> (Buffer) body;
      default -> Json.encodeToBuffer(body);
    };
  }

  /** Will throw where these are not the bytes of a message. */
  static QueueMessage read(byte[] bytes) {
    Buffer all = Buffer.buffer(bytes);
    int bodyStart = 4 + all.getInt(0);
    JsonObject about = all.getBuffer(4, bodyStart).toJsonObject();
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    JsonArray pairs = about.getJsonArray("headers");
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      headers.add(pairs.getString(i), pairs.getString(i + 1));
    }
    return new QueueMessage(
        about.getString("id"),
        body(about.getString("type"), all.getBuffer(bodyStart, all.length())),
        about.getInteger("size"),
        headers,
        about.getLong("accepted"),
        about.getLong("sequence"),
        about.getInteger("tries"));
  }

  private static Object body(String type, Buffer bytes) {
    return switch (type) {
      case TEXT -> bytes.toString();
      case BYTES -> bytes;
      default -> Json.decodeValue(bytes);
    };
  }
}
