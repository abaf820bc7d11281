package io.busbar.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token's registered claims (RFC 7519, 4.1): their types, and what they say. */
final class Claims {
  private static final List<String> TIMES = List.of("exp", "nbf", "iat");
  private static final List<String> NAMES = List.of("iss", "sub");

  /** Every whole number up to it has a double of its own; in seconds, it is a very long time. */
  private static final double LATEST = 1L << 53;

  private Claims() {}

  /** Which one has another type, in words; null when none has. */
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
   * Whether the token has an end, and now is between its beginning and that; of no fault.
   *
   * @param leeway seconds that the clocks may be apart
   */
  static boolean areCurrent(JsonObject claims, long now, long leeway) {
    return claims.containsKey("exp")
        && now - leeway < claims.getLong("exp")
        && now + leeway >= claims.getLong("nbf", 0L)
        && now + leeway >= claims.getLong("iat", 0L);
  }

  /** Whether the token is for this audience; of no fault. */
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
