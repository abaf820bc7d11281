package io.busbar.feature;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config()} of a verticle. Its methods check what they read, and their errors name the
 * verticle and the key. Used by the thread of the verticle.
 */
final class Settings {
  private final String name;
  private final JsonObject config;

  /**
   * Makes settings.
   *
   * @param name the beginning of error texts
   * @param config the configuration
   */
  Settings(String name, JsonObject config) {
    this.name = name;
    this.config = config;
  }

  /** Fails if there is a key besides these. */
  Settings only(String... keys) {
    List<String> known = List.of(keys);
    for (String key : config.fieldNames()) {
      require(known.contains(key), key + " is not one of " + String.join(", ", known));
    }
    return this;
  }

  int number(String key, int otherwise, int least, int most, String unit) {
    Object value = config.getValue(key, otherwise);
    boolean inside = value instanceof Integer number && number >= least && number <= most;
    require(inside, key + " must be from " + least + " to " + most + unit + ", not " + value);
    return (Integer) value;
  }

  String text(String key, String otherwise) {
    Object value = config.getValue(key, otherwise);
    require(value instanceof String text && !text.isBlank(), key + " must be text");
    return (String) value;
  }

  /** The object at the key; null for none. */
  @Nullable JsonObject object(String key) {
    Object value = config.getValue(key);
    require(value == null || value instanceof JsonObject, key + " must be keys and values");
    return (JsonObject) value;
  }

  /** The list at the key; null for none. */
  @Nullable JsonArray array(String key) {
    Object value = config.getValue(key);
    require(value == null || value instanceof JsonArray, key + " must be a list");
    return (JsonArray) value;
  }

  /** Fails with the error if the condition is false. */
  void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException(name + ": " + what);
    }
  }
}
