package io.busbar.stream;

import io.busbar.hub.Position;
import io.busbar.hub.StreamMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The epochs of a stream: the current one, and the offset at which each earlier one ended. An owner
 * begins a new epoch whenever it takes over a stream. So a message of another owner, which may be
 * cut off, is never mistaken for one of this owner. Offsets go on. A reader of an older epoch also
 * goes on if it has heard no more than that epoch's end. Owned by the stream's event loop.
 */
final class StreamEpochs {
  private static final String NOW = "now";
  private static final String ENDED = "ended";
  private static final String EPOCH = "epoch";
  private static final String HEAD = "head";
  private static final int MOST_REMEMBERED = 32;
  private static final int RADIX = 36;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String now = Long.toString(RANDOM.nextLong() >>> 1, RADIX);
  private final Map<String, Long> ended = new LinkedHashMap<>();

  /** The epochs of a new stream. */
  StreamEpochs() {}

  /**
   * Begins a new epoch after the stored ones.
   *
   * @param head the offset of the last message that is stored of them
   */
  StreamEpochs(JsonObject kept, long head) {
    JsonArray before = kept.getJsonArray(ENDED);
    int skipped = Math.max(0, before.size() - MOST_REMEMBERED + 1);
    for (int i = skipped; i < before.size(); i++) {
      JsonObject one = before.getJsonObject(i);
      ended.put(one.getString(EPOCH), one.getLong(HEAD));
    }
    ended.put(kept.getString(NOW), head);
  }

  /** The offset at which the last stored epoch ended. It is needed when no block is left. */
  static long head(JsonObject kept) {
    return kept.getLong(HEAD, 0L);
  }

  String now() {
    return now;
  }

  /**
   * The JSON that is stored.
   *
   * @param head the offset of the stream's newest message
   */
  JsonObject toJson(long head) {
    JsonArray before = new JsonArray();
    ended.forEach((epoch, end) -> before.add(new JsonObject().put(EPOCH, epoch).put(HEAD, end)));
    return new JsonObject().put(NOW, now).put(ENDED, before).put(HEAD, head);
  }

  /** Whether a reader that heard this position has heard this stream's messages up to there. */
  boolean prove(Position received, StreamLog log) {
    if (received.offset() > log.head()) {
      return false;
    }
    boolean nothing = received.offset() == 0 && log.first() <= 1;
    if (nothing || received.epoch().equals(now)) {
      return true;
    }
    StreamMessage there = log.get(received.offset());
    return received.offset() <= ended.getOrDefault(received.epoch(), -1L)
        || there != null && there.position().epoch().equals(received.epoch());
  }
}
