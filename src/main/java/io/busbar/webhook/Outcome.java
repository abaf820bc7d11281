package io.busbar.webhook;

import io.busbar.webhook.WebhookCounters.Failure;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * The result of a request.
 *
 * @param failure null if the endpoint accepted it
 * @param isGone whether the endpoint wants no more events
 * @param words for the log
 * @param notBeforeMillis how long the endpoint asks to wait, in milliseconds
 */
record Outcome(@Nullable Failure failure, boolean isGone, String words, long notBeforeMillis) {
  private static final int GONE = 410;

  static Outcome failed(Failure failure, String words) {
    return new Outcome(failure, false, words, 0);
  }

  /**
   * @param retryAfter the header's value; null for none
   */
  static Outcome of(int status, @Nullable String retryAfter) {
    String words = "it answers " + status;
    return switch (status / 100) {
      case 2 -> new Outcome(null, false, words, 0);
      case 3 -> failed(Failure.REDIRECT, words + ", and redirects are not followed");
      case 4 -> new Outcome(Failure.CLIENT, status == GONE, words, millis(retryAfter));
      default -> new Outcome(Failure.SERVER, false, words, millis(retryAfter));
    };
  }

  /** Seconds, or a date (RFC 9110, 10.2.3). Anything else counts as 0. */
  private static long millis(@Nullable String retryAfter) {
    if (retryAfter == null) {
      return 0;
    }
    String written = retryAfter.trim();
    if (written.matches("\\d{1,9}")) {
      return Long.parseLong(written) * 1000;
    }
    try {
      ZonedDateTime then = ZonedDateTime.parse(written, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Math.max(0, Duration.between(ZonedDateTime.now(then.getZone()), then).toMillis());
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
