package io.busbar.protocol;

import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers of clients that read and write JSON. */
public final class HeadersAsJson {
  private HeadersAsJson() {}

  /** A header that came several times is an array. */
  public static JsonObject of(MultiMap headers) {
    JsonObject json = new JsonObject();
    for (String name : headers.names()) {
      List<String> values = headers.getAll(name);
      json.put(name, values.size() == 1 ? values.get(0) : values);
    }
    return json;
  }

  /**
   * Adds what the object says.
   *
   * @return the name of the first whose value is neither a string, a finite number, a boolean nor
   *     an array of these; null where there is none
   */
  public static @Nullable String read(JsonObject json, MultiMap headers) {
    for (Map.Entry<String, Object> header : json) {
      Object value = header.getValue();
      List<?> values = value instanceof JsonArray several ? several.getList() : null;
      for (Object each : values == null ? Collections.singletonList(value) : values) {
        if (!isScalar(each)) {
          return header.getKey();
        }
        headers.add(header.getKey(), each.toString());
      }
    }
    return null;
  }

  private static boolean isScalar(Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Number && Payload.json(value).isFinite();
  }
}
