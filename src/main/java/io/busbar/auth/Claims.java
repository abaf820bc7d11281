package io.busbar.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of a token's registered claims (RFC 7519, 4.1): their types and their values. */
final class Claims {
  private static final List<String> TIMES = List.of("exp", "nbf", "iat");
  private static final List<String> NAMES = List.of("iss", "sub");

  /** Largest accepted time in seconds; up to it a double can hold every whole number. */
  private static final double LATEST = 1L << 53;

  private Claims() {}

  /** Returns which claim has a wrong type, as a text; null for none. */
  static @Nullable String fault(JsonObject claims) {
    for (String time : TIMES) {
      if (claims.containsKey(time) && !isTime(claims.getValue(time))) {
        return time + " is no number of seconds";
      }
    }
    for (String name : NAMES) {
      if (claims.containsKey(name) && !(claims.getValue(name) instanceof String)) {
        return name + " is no string";
      }
    }
    boolean audience = !claims.containsKey("aud") || isAudience(claims.getValue("aud"));
    return audience ? null : "aud is neither a string nor an array of strings";
  }

  /**
   * Returns whether the token has an end, and is valid now. The claims must have the right types.
   *
   * @param leeway allowed difference between the clocks, in seconds
   */
  static boolean areCurrent(JsonObject claims, long now, long leeway) {
    return claims.containsKey("exp")
        && now - leeway < claims.getLong("exp")
        && now + leeway >= claims.getLong("nbf", 0L)
        && now + leeway >= claims.getLong("iat", 0L);
  }

  /** Returns whether the token is for this audience. The claims must have the right types. */
  static boolean areFor(JsonObject claims, String audience) {
    Object value = claims.getValue("aud");
    return audience.equals(value) || value instanceof JsonArray many && many.contains(audience);
  }

  private static boolean isTime(Object value) {
    return value instanceof Number number && Math.abs(number.doubleValue()) <= LATEST;
  }

  private static boolean isAudience(Object value) {
    return value instanceof String
        || value instanceof JsonArray many && many.stream().allMatch(String.class::isInstance);
  }
}
