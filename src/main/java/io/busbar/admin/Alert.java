package io.busbar.admin;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;

/**
 * One problem of this node, in words for its operator. Immutable.
 *
 * @param id names the rule and what it is about; it stays the same while the problem lasts
 * @param title a few words
 * @param reason one sentence with the numbers
 * @param advice what the operator can do
 * @param view the view of the console that shows more, as the fragment of its URL
 */
record Alert(
    String id, Severity severity, String title, String reason, String advice, String view) {
  /** How bad an alert is. */
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
   * Returns the alert as the API and the console show it.
   *
   * @param since time when it began
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
