package io.busbar.protocol;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Headers for clients that read JSON. */
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
}
