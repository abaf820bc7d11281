package io.busbar.admin;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;

/**
 * One thing that is wrong with this node, in words for the person who looks after it. Immutable.
 *
 * @param id of what is wrong with what; the same for as long as it lasts
 * @param title a few words
 * @param reason one sentence with the numbers
 * @param advice what to do
 * @param view of the console that shows more, as the fragment of its URL
 */
record Alert(
    String id, Severity severity, String title, String reason, String advice, String view) {
  /** How bad it is. */
  enum Severity {
    /** Somebody should look at it today. */
    WARNING,
    /** Clients lose something, or will soon. */
    CRITICAL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * As the API and the console tell it.
   *
   * @param since when it began
   */
  JsonObject toJson(Instant since) {
    return new JsonObject()
        .put("id", id)
        .put("severity", severity.label())
        .put("since", since.toString())
        .put("title", title)
        .put("reason", reason)
        .put("advice", advice)
        .put("view", view);
  }
}
