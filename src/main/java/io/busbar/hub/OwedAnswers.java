package io.busbar.hub;

import io.vertx.core.eventbus.Message;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.function.Predicate;

/**
 * The messages of a session that its client may still answer. Owned by the session's event loop.
 */
final class OwedAnswers {
  /** The oldest are forgotten beyond. */
  private static final int MOST = 1000;

  private record Owed(Message<?> message, long until) {}

  private LinkedHashMap<String, Owed> owed;

  /** The client may answer the message until then, in milliseconds since 1970. */
  void add(Message<?> message, long until) {
    owed = owed == null ? new LinkedHashMap<>() : owed;
    owed.put(message.replyAddress(), new Owed(message, until));
    if (owed.size() > MOST) {
      Iterator<Owed> oldest = owed.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Takes out the message that asked for an answer at this address; null when there is none. */
  Message<?> settle(String replyAddress) {
    Owed entry = owed == null ? null : owed.remove(replyAddress);
    return entry == null ? null : entry.message();
  }

  /** Where the answer goes of the oldest that will do; null for none. */
  String find(Predicate<String> replyAddress) {
    return owed == null
        ? null
        : owed.keySet().stream().filter(replyAddress).findFirst().orElse(null);
  }

  /** Forgets what was to be answered by now. */
  void tick(long nowMillis) {
    if (owed != null) {
      owed.values().removeIf(entry -> entry.until() < nowMillis);
      if (owed.isEmpty()) {
        owed = null;
      }
    }
  }

  void clear() {
    owed = null;
  }
}
