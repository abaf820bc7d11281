package io.busbar.feature;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A verticle's config(), read with checks that name the verticle and the key. */
final class Settings {
  private final String name;
  private final JsonObject config;

  /**
   * Settings to be read.
   *
   * @param name what failures begin with
   */
  Settings(String name, JsonObject config) {
    this.name = name;
    this.config = config;
  }

  /** Fails when there is a key besides these. */
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

  /** Null when it is not there. */
  @Nullable JsonObject object(String key) {
    Object value = config.getValue(key);
    require(value == null || value instanceof JsonObject, key + " must be keys and values");
    return (JsonObject) value;
  }

  /** Null when it is not there. */
  @Nullable JsonArray array(String key) {
    Object value = config.getValue(key);
    require(value == null || value instanceof JsonArray, key + " must be a list");
    return (JsonArray) value;
  }

  /** Fails with what is wrong where it is. */
  void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException(name + ": " + what);
    }
  }
}
