package io.busbar.hub;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The check whether a message has the structure that a rule asks for, as the stock bridge compares
 * it.
 */
final class StructureMatch {
  private StructureMatch() {}

  /**
   * Returns whether the payload fits. Without a structure everything fits; otherwise only a JSON
   * object can.
   */
  static boolean fits(@Nullable JsonObject match, @Nullable Payload payload) {
    return match == null || (payload != null && has(match, payload.body()));
  }

  private static boolean has(JsonObject match, @Nullable Object body) {
    if (!(body instanceof JsonObject message)) {
      return false;
    }
    for (Map.Entry<String, Object> member : match) {
      Object found = message.getValue(member.getKey());
      boolean same =
          member.getValue() instanceof JsonObject inner
              ? has(inner, found)
              : same(member.getValue(), found);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Object wanted, @Nullable Object found) {
    return found != null && new JsonArray().add(wanted).equals(new JsonArray().add(found));
  }
}
