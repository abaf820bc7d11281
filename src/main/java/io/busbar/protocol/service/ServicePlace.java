package io.busbar.protocol.service;

import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the start position in the channel's stream for a client of a service endpoint. {@code
 * ?since=} in its URL is {@code first}, {@code last}, {@code next}, a message number, or {@code
 * epoch:offset} of its last message.
 */
final class ServicePlace {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");
  private static final Pattern POSITION = Pattern.compile("([^:]{1,64}):(\\d{1,15})");

  private ServicePlace() {}

  /**
   * Returns the start position; null where the client does not ask for one.
   *
   * @param query of the URL; null for none
   * @throws IllegalArgumentException with a message for the client when the value is invalid
   */
  static @Nullable Since of(@Nullable String query) {
    List<String> given =
        query == null
            ? List.of()
            : new QueryStringDecoder(query, false).parameters().getOrDefault("since", List.of());
    if (given.isEmpty()) {
      return null;
    }
    String since = given.get(0);
    Matcher positionMatcher = POSITION.matcher(since);
    return switch (since) {
      case "first" -> Since.first();
      case "last" -> Since.last();
      case "next" -> Since.next();
      default -> {
        if (NUMBER.matcher(since).matches()) {
          yield Since.at(null, Long.parseLong(since));
        }
        if (positionMatcher.matches()) {
          yield Since.after(
              new Position(positionMatcher.group(1), Long.parseLong(positionMatcher.group(2))));
        }
        throw new IllegalArgumentException(
            "since is first, last, next, the number of a message, or epoch:offset");
      }
    };
  }
}
