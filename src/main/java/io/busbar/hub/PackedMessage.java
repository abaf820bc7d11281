package io.busbar.hub;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The form in which nodes store messages and exchange them: four bytes with the length of a JSON
 * object, the object, and a body. A node reads only the keys that it knows, so newer nodes may add
 * keys.
 */
public record PackedMessage(JsonObject about, byte[] body) {
  private static final int LENGTH = 4;

  public byte[] toBytes() {
    Buffer json = about.toBuffer();
    return Buffer.buffer(LENGTH + json.length() + body.length)
        .appendInt(json.length())
        .appendBuffer(json)
        .appendBytes(body)
        .getBytes();
  }

  /** Reads such bytes; throws where they have another form. */
  public static PackedMessage read(byte[] bytes) {
    Buffer all = Buffer.buffer(bytes);
    int bodyStart = LENGTH + all.getInt(0);
    JsonObject about = all.getBuffer(LENGTH, bodyStart).toJsonObject();
    return new PackedMessage(about, all.getBytes(bodyStart, all.length()));
  }

  /** Returns headers as a list of names, each followed by its value. */
  public static JsonArray pairs(MultiMap headers) {
    JsonArray pairs = new JsonArray();
    headers.forEach((name, value) -> pairs.add(name).add(value));
    return pairs;
  }

  /** Returns the headers of such a list. */
  public static MultiMap headers(JsonArray pairs) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      headers.add(pairs.getString(i), pairs.getString(i + 1));
    }
    return headers;
  }
}
