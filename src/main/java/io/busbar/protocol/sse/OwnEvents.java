package io.busbar.protocol.sse;

import io.busbar.hub.Disconnect;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What a stream says of itself: events whose names no message can have. */
final class OwnEvents {
  /** What their names begin with. */
  static final String PREFIX = "busbar-";

  /** The one that tells of a gap. */
  static final String GAP = PREFIX + "gap";

  /** What the last event's id is where coming back is of no use. */
  private static final String END = PREFIX + "end";

  private static final int USUAL_SIZE = 128;

  private OwnEvents() {}

  /**
   * What comes before all else. Who loses a node does not come to another at the same moment as all
   * others.
   *
   * @param retryMillis how long to wait before coming again, and up to twice that
   * @param session what the client says with its answers; null where it can give none
   * @param id what it says when it comes back; null for nothing
   */
  static EventText first(long retryMillis, @Nullable String session, @Nullable String id) {
    EventText event = new EventText(USUAL_SIZE);
    event.retry(retryMillis + ThreadLocalRandom.current().nextLong(retryMillis));
    if (id != null) {
      event.id(id);
    }
    if (session != null || id != null) {
      JsonObject about =
          session == null ? new JsonObject() : new JsonObject().put("session", session);
      event.name(PREFIX + "open").data(about.encode());
    }
    return event;
  }

  /**
   * What a client is told that did not get all that it missed in a channel.
   *
   * @param where as {@link io.busbar.protocol.StreamJson} says it
   */
  static JsonObject gap(String channel, JsonObject where) {
    return new JsonObject().put("channel", channel).mergeIn(where);
  }

  /** Why the stream ends. */
  static byte[] close(Disconnect why) {
    JsonObject reason =
        new JsonObject()
            .put("code", why.code())
            .put("reason", why.reason())
            .put("retry", why.retry());
    EventText event = new EventText(USUAL_SIZE).name(PREFIX + "close").data(reason.encode());
    return (why.retry() ? event : event.id(END)).end();
  }

  /** Whether a client comes back that was told that this is of no use. */
  static boolean isEnd(@Nullable String lastId) {
    return END.equals(lastId);
  }
}
