package io.busbar.queue.store;

import io.busbar.hub.PackedMessage;
import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A message that a queue keeps. Immutable.
 *
 * @param id unique among the messages of all nodes
 * @param payload packed
 * @param headers with the sender's identity; never changed
 * @param holder whose share of the queues' room it takes; empty for none
 * @param awaitedBy the node whose request is answered when the message is handled; empty for none
 * @param deadLetter whether it failed in another queue
 * @param priority from 0 to 9: larger ones go first
 * @param acceptedMillis when a queue accepted it, in milliseconds since 1970
 * @param expiresMillis when its own time ends, in milliseconds since 1970; 0 for never
 * @param place its place in the queue: among messages of one priority, smaller ones go first
 * @param tries how often a consumer had it and gave it back
 */
public record QueueMessage(
    String id,
    Payload payload,
    MultiMap headers,
    String holder,
    String awaitedBy,
    boolean deadLetter,
    int priority,
    long acceptedMillis,
    long expiresMillis,
    long place,
    int tries) {
  /** The header that names the queue a dead letter comes from. */
  public static final String DEAD_LETTER_FROM = "dead-letter-from";

  /** The header that says why it is a dead letter: tries, rejected, expired or overflow. */
  public static final String DEAD_LETTER_REASON = "dead-letter-reason";

  /** The header that says that a consumer may have had the message. */
  public static final String REDELIVERED = "redelivered";

  private static final String OURS = "busbar-";
  private static final String PRIORITY = "priority";
  private static final String EXPIRES = "expires";
  private static final String[] LIFETIMES = {"expiration", "x-message-ttl", "ttl"};
  private static final String USUAL_PRIORITY = "4";

  /** The memory of a small message in addition to its body and headers, in bytes, about. */
  private static final int OVERHEAD = 600;

  private static final String NODE = UUID.randomUUID() + "-";
  private static final AtomicLong NUMBER = new AtomicLong();

  /**
   * Makes a message that has no place yet. Headers may set {@code priority} (0 to 9, default 4) and
   * {@code expires} (milliseconds since 1970, 0 for never). They may also set {@code expiration},
   * {@code x-message-ttl} or {@code ttl} (milliseconds). The earliest end counts.
   *
   * @throws IllegalArgumentException if one of these is not such a number; the text is for a client
   */
  public static QueueMessage of(Payload payload, MultiMap headers, String holder) {
    long now = System.currentTimeMillis();
    return new QueueMessage(
        newId(),
        payload.packed(),
        headers,
        holder,
        "",
        false,
        priority(headers.get(PRIORITY)),
        now,
        expires(headers, now),
        0,
        0);
  }

  private static int priority(@Nullable String written) {
    String digit = written == null ? USUAL_PRIORITY : written.trim();
    if (!digit.matches("\\d")) {
      throw new IllegalArgumentException("priority is a number from 0 to 9");
    }
    return Integer.parseInt(digit);
  }

  private static long expires(MultiMap headers, long now) {
    long at = millis(headers, EXPIRES);
    long earliest = at <= 0 ? Long.MAX_VALUE : at;
    for (String name : LIFETIMES) {
      long lifetime = millis(headers, name);
      if (lifetime >= 0) {
        earliest = Math.min(earliest, now + lifetime);
      }
    }
    return earliest == Long.MAX_VALUE ? 0 : earliest;
  }

  /** At most some 30,000 years, so sums do not overflow. Returns -1 if there is no such header. */
  private static long millis(MultiMap headers, String name) {
    String written = headers.get(name);
    if (written == null) {
      return -1;
    }
    if (!written.trim().matches("\\d{1,15}")) {
      throw new IllegalArgumentException(name + " is a number of milliseconds");
    }
    return Long.parseLong(written.trim());
  }

  /** The headers without those that the gateway itself writes. */
  public static MultiMap crossing(MultiMap headers) {
    MultiMap others = MultiMap.caseInsensitiveMultiMap();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!name.startsWith(OURS) && !name.equals(REDELIVERED)) {
        others.add(header.getKey(), header.getValue());
      }
    }
    return others;
  }

  /**
   * A copy for a request of that node, which waits until the message is handled. Zero milliseconds
   * mean no limit.
   */
  public QueueMessage awaited(String node, long millis) {
    long until = millis == 0 ? 0 : acceptedMillis + millis;
    boolean earlier = until != 0 && (expiresMillis == 0 || until < expiresMillis);
    return with(headers, node, deadLetter, acceptedMillis, earlier ? until : expiresMillis, 0, 0);
  }

  /** A copy with that place. */
  public QueueMessage at(long there) {
    return with(headers, awaitedBy, deadLetter, acceptedMillis, expiresMillis, there, tries);
  }

  /** A copy with one more try. */
  public QueueMessage triedAgain() {
    return with(headers, awaitedBy, deadLetter, acceptedMillis, expiresMillis, place, tries + 1);
  }

  /** A copy for a dead-letter queue. No request waits for it any more. */
  public QueueMessage asDeadLetter(String from, String reason) {
    MultiMap more = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    more.set(DEAD_LETTER_FROM, from).set(DEAD_LETTER_REASON, reason);
    return with(more, "", true, System.currentTimeMillis(), 0, 0, 0);
  }

  /**
   * A copy for another queue, when an operator moves it. It has a new id, and its tries and times
   * start again.
   */
  public QueueMessage moved() {
    long now = System.currentTimeMillis();
    return new QueueMessage(newId(), payload, headers, holder, "", false, priority, now, 0, 0, 0);
  }

  private static String newId() {
    return NODE + NUMBER.incrementAndGet();
  }

  private QueueMessage with(
      MultiMap newHeaders,
      String awaits,
      boolean dead,
      long accepted,
      long expires,
      long newPlace,
      int newTries) {
    return new QueueMessage(
        id,
        payload,
        newHeaders,
        holder,
        awaits,
        dead,
        priority,
        accepted,
        expires,
        newPlace,
        newTries);
  }

  public boolean isAwaited() {
    return !awaitedBy.isEmpty();
  }

  /** Its memory in bytes, about. */
  public int size() {
    int size = OVERHEAD + payload.raw().length;
    for (Map.Entry<String, String> header : headers) {
      size += header.getKey().length() + header.getValue().length();
    }
    return size;
  }

  /** The bytes that nodes store and send each other. */
  public byte[] toBytes() {
    JsonObject about =
        new JsonObject()
            .put("id", id)
            .put("kind", payload.kind().name())
            .put("headers", PackedMessage.pairs(headers))
            .put("holder", holder)
            .put("awaited-by", awaitedBy)
            .put("dead-letter", deadLetter)
            .put("priority", priority)
            .put("accepted", acceptedMillis)
            .put("expires", expiresMillis)
            .put("place", place)
            .put("tries", tries);
    return new PackedMessage(about, payload.raw()).toBytes();
  }

  /** Will throw if these are not the bytes of a message. */
  public static QueueMessage read(byte[] bytes) {
    PackedMessage packed = PackedMessage.read(bytes);
    JsonObject about = packed.about();
    return new QueueMessage(
        about.getString("id"),
        Payload.packed(Payload.Kind.valueOf(about.getString("kind")), packed.body()),
        PackedMessage.headers(about.getJsonArray("headers")),
        about.getString("holder"),
        about.getString("awaited-by"),
        about.getBoolean("dead-letter"),
        about.getInteger("priority"),
        about.getLong("accepted"),
        about.getLong("expires"),
        about.getLong("place"),
        about.getInteger("tries"));
  }
}
