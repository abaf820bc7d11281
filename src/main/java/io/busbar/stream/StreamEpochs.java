package io.busbar.stream;

import io.busbar.hub.Position;
import io.busbar.hub.StreamMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The epochs of a stream: the one that is now, and where each before it ended. An owner begins one
 * whenever it comes to a stream, so that what another owner said in the same moment, be it cut off
 * from this one, is never taken for what this one says. Offsets go on, and who heard all of an
 * older epoch, or less, goes on, too. Owned by the stream's event loop.
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

  /** Those of a stream that begins. */
  StreamEpochs() {}

  /**
   * A new one after those that were kept.
   *
   * @param head the offset of the last message that is kept of them
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

  /** Where the last of those that were kept ended: all that is known where no block is left. */
  static long head(JsonObject kept) {
    return kept.getLong(HEAD, 0L);
  }

  String now() {
    return now;
  }

  /**
   * As it is kept.
   *
   * @param head of the stream, where it is now
   */
  JsonObject toJson(long head) {
    JsonArray before = new JsonArray();
    ended.forEach((epoch, end) -> before.add(new JsonObject().put(EPOCH, epoch).put(HEAD, end)));
    return new JsonObject().put(NOW, now).put(ENDED, before).put(HEAD, head);
  }

  /** Whether who heard that position has heard what this stream had there, and all before it. */
  boolean prove(Position heard, StreamLog log) {
    if (heard.offset() > log.head()) {
      return false;
    }
    boolean nothing = heard.offset() == 0 && log.first() <= 1;
    if (nothing || heard.epoch().equals(now)) {
      return true;
    }
    StreamMessage there = log.get(heard.offset());
    return heard.offset() <= ended.getOrDefault(heard.epoch(), -1L)
        || there != null && there.position().epoch().equals(heard.epoch());
  }
}
