package io.busbar.webhook;

import io.vertx.core.eventbus.Message;
import org.jspecify.annotations.Nullable;

/**
 * An event that the queue has given to the sender, and that it keeps until that answers.
 *
 * @param asked its body is the event
 * @param id by which the queue knows it, on whichever node
 * @param sinceMillis when it happened; milliseconds since 1970
 * @param heldMillis when it came here
 */
record Held(Message<Object> asked, String id, long sinceMillis, long heldMillis) {
  /** Tells a message that a queue keeps until it is answered, and its name there. */
  private static final String KEPT = "busbar-kept";

  /** The queue's failure code: it was not begun, so another time. */
  private static final int NOT_NOW = 7199;

  /** The queue's failure code: nobody will ever do it. */
  private static final int NEVER = 7201;

  /** Null for one that is no event: somebody has put it into the queue by hand. */
  static @Nullable Held of(Message<Object> asked) {
    String time = asked.headers().get(Webhook.TIME);
    if (!(asked.body() instanceof String) || time == null || !time.matches("\\d{1,15}")) {
      asked.fail(NEVER, "that is no event");
      return null;
    }
    long now = System.currentTimeMillis();
    long since = Math.min(now, Long.parseLong(time));
    return new Held(asked, asked.headers().get(KEPT), since, now);
  }

  String event() {
    return (String) asked.body();
  }

  /** The endpoint has it. */
  void done() {
    asked.reply(null);
  }

  /** Whoever runs the queue next is to send it. */
  void giveBack() {
    asked.fail(NOT_NOW, "the webhook stops");
  }

  /** Nobody is to send it. */
  void drop() {
    asked.fail(NEVER, "the endpoint does not take it");
  }
}
