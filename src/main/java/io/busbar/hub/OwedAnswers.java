package io.busbar.hub;

import io.vertx.core.eventbus.Message;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The messages of a session that its client may still answer. Owned by the session's event loop.
 */
final class OwedAnswers {
  /** The oldest are forgotten beyond. */
  private static final int MOST = 1000;

  private record Owed(Message<?> message, long until) {}

  /** By the number of where the answer goes. */
  private LinkedHashMap<Long, Owed> owed;

  /**
   * The client may answer the message until then, in milliseconds since 1970. Of two with the same
   * number neither is answered: nobody could tell which one an answer is for.
   */
  void add(Message<?> message, long until) {
    owed = owed == null ? new LinkedHashMap<>() : owed;
    long number = ReplyNumber.of(message.replyAddress());
    Owed other = owed.put(number, new Owed(message, until));
    if (other != null && !other.message().replyAddress().equals(message.replyAddress())) {
      owed.remove(number);
    }
    if (owed.size() > MOST) {
      Iterator<Owed> oldest = owed.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Takes out the message that asked for an answer at this address; null when there is none. */
  Message<?> settle(String replyAddress) {
    if (owed == null || !replyAddress.equals(find(ReplyNumber.of(replyAddress)))) {
      return null;
    }
    return owed.remove(ReplyNumber.of(replyAddress)).message();
  }

  /** Where the answer with that number goes; null when there is none. */
  String find(long number) {
    Owed entry = owed == null ? null : owed.get(number);
    return entry == null ? null : entry.message().replyAddress();
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
