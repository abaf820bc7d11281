package io.busbar.protocol;

import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The conversion between headers and JSON. */
public final class HeadersAsJson {
  private HeadersAsJson() {}

  /** Returns the headers; one that occurs several times is an array. */
  public static JsonObject of(MultiMap headers) {
    JsonObject json = new JsonObject();
    for (String name : headers.names()) {
      List<String> values = headers.getAll(name);
      json.put(name, values.size() == 1 ? values.get(0) : values);
    }
    return json;
  }

  /**
   * Adds the headers of the object.
   *
   * @return name of the first header whose value is no string, finite number, boolean or array of
   *     these; null for none
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
