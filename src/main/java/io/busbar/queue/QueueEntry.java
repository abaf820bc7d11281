package io.busbar.queue;

import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A message in a queue, with its state. Owned by the queue's event loop. */
final class QueueEntry {
  /** The state of the message. */
  enum State {
    /** The store does not have it yet. */
    ADDING,
    /** It waits for a consumer. */
    WAITING,
    /** A consumer has it. */
    TAKEN,
    /** It goes to the dead-letter queue. It stays here until that queue has it. */
    DYING,
    /** It is done. */
    OVER
  }

  /** The most bytes of a body that operators see. */
  private static final int SHOWN = 4 << 10;

  private final int size;
  private final long expiresMillis;
  private QueueMessage message;
  private State state = State.ADDING;
  private boolean redelivered;
  private @Nullable QueueMember refusedBy;
  private String reason = "";

  /**
   * @param ageMillis the age at which it expires, unless its own time ends earlier
   * @param redelivered whether a consumer may have had it already
   */
  QueueEntry(QueueMessage message, long ageMillis, boolean redelivered) {
    long aged = message.acceptedMillis() + ageMillis;
    long own = message.expiresMillis();
    this.message = message;
    this.size = message.size();
    this.expiresMillis = own == 0 ? aged : Math.min(own, aged);
    this.redelivered = redelivered;
  }

  String id() {
    return message.id();
  }

  QueueMessage message() {
    return message;
  }

  int size() {
    return size;
  }

  /** When it expires, in milliseconds since 1970. */
  long expiresMillis() {
    return expiresMillis;
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  boolean isRedelivered() {
    return redelivered;
  }

  /** A consumer may have had the message. */
  void mayBeSecond() {
    redelivered = true;
  }

  /** The consumer that had it last and gave it back; null for none. */
  @Nullable QueueMember refusedBy() {
    return refusedBy;
  }

  /** The consumer had it and gave it back. */
  void refusedBy(@Nullable QueueMember who) {
    refusedBy = who;
  }

  void triedAgain() {
    message = message.triedAgain();
  }

  /** Why it goes to the dead-letter queue. */
  String reason() {
    return reason;
  }

  void dies(String why) {
    state = State.DYING;
    reason = why;
  }

  /** Its age since the queue accepted it, in milliseconds. */
  long ageMillis() {
    return System.currentTimeMillis() - message.acceptedMillis();
  }

  /** What operators see of it. */
  JsonObject describe() {
    JsonObject headers = new JsonObject();
    message.headers().forEach(headers::put);
    byte[] raw = message.payload().raw();
    byte[] start = Arrays.copyOf(raw, Math.min(raw.length, SHOWN));
    boolean binary = message.payload().kind() == Payload.Kind.BYTES;
    return new JsonObject()
        .put("id", message.id())
        .put("state", stateInWords())
        .put("kind", message.payload().kind().name().toLowerCase(Locale.ROOT))
        .put(
            "body",
            binary
                ? Base64.getEncoder().encodeToString(start)
                : new String(start, StandardCharsets.UTF_8))
        .put("bytes", raw.length)
        .put("cut", start.length < raw.length)
        .put("headers", headers)
        .put("priority", message.priority())
        .put("ageMillis", ageMillis())
        .put("tries", message.tries())
        .put("redelivered", redelivered);
  }

  private String stateInWords() {
    return state == State.TAKEN ? "unacknowledged" : state.name().toLowerCase(Locale.ROOT);
  }
}
