package io.busbar.webhook;

import io.vertx.core.eventbus.Message;
import org.jspecify.annotations.Nullable;

/**
 * An event that the queue has given to the sender. The queue keeps it until the sender answers.
 *
 * @param asked the queue's request; its body is the event
 * @param id the queue's id of the event, the same on every node
 * @param sinceMillis when the event happened, in milliseconds since 1970
 * @param heldMillis when it came to the sender, in milliseconds since 1970
 */
record PendingEvent(Message<Object> asked, String id, long sinceMillis, long heldMillis) {
  /**
   * The header of a message that a queue keeps until it is answered. Its value is the message's id.
   */
  private static final String KEPT = "busbar-kept";

  /** The queue's failure code: not begun, so ask again later. */
  private static final int NOT_NOW = 7199;

  /** The queue's failure code: it will never be done. */
  private static final int NEVER = 7201;

  /** Null for a message that is not an event, because somebody put it into the queue by hand. */
  static @Nullable PendingEvent of(Message<Object> asked) {
    String time = asked.headers().get(Webhook.TIME);
    if (!(asked.body() instanceof String) || time == null || !time.matches("\\d{1,15}")) {
      asked.fail(NEVER, "that is no event");
      return null;
    }
    long now = System.currentTimeMillis();
    long since = Math.min(now, Long.parseLong(time));
    return new PendingEvent(asked, asked.headers().get(KEPT), since, now);
  }

  String event() {
    return (String) asked.body();
  }

  /** The endpoint has the event. */
  void done() {
    asked.reply(null);
  }

  /** The node that runs the queue next must send it. */
  void giveBack() {
    asked.fail(NOT_NOW, "the webhook stops");
  }

  /** The event will not be sent. */
  void drop() {
    asked.fail(NEVER, "the endpoint does not take it");
  }
}
