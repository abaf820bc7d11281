package io.busbar.protocol.sse;

import io.busbar.hub.Disconnect;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The gateway's own events in a stream, whose names no message can have. */
final class OwnEvents {
  /** Prefix of their names. */
  static final String PREFIX = "busbar-";

  /** Name of the event for a gap. */
  static final String GAP = PREFIX + "gap";

  /** Id of the last event when the client should not reconnect. */
  private static final String END = PREFIX + "end";

  private static final int USUAL_SIZE = 128;

  private OwnEvents() {}

  /**
   * Returns the first event of a stream. The delay is random, so the clients of a dead node do not
   * reconnect at the same moment.
   *
   * @param retryMillis minimum delay before the client reconnects, in milliseconds; the maximum is
   *     twice that
   * @param session token for the client's answers; null where it cannot answer
   * @param id that the client sends when it reconnects; null for none
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
   * Returns the data for a client that did not get all missed messages of a channel.
   *
   * @param where in the form of {@link io.busbar.protocol.StreamJson}
   */
  static JsonObject gap(String channel, JsonObject where) {
    return new JsonObject().put("channel", channel).mergeIn(where);
  }

  /** Returns the event with the reason for the end of the stream. */
  static byte[] close(Disconnect why) {
    JsonObject reason =
        new JsonObject()
            .put("code", why.code())
            .put("reason", why.reason())
            .put("retry", why.retry());
    EventText event = new EventText(USUAL_SIZE).name(PREFIX + "close").data(reason.encode());
    return (why.retry() ? event : event.id(END)).end();
  }

  /** Returns whether the client was told not to reconnect. */
  static boolean isEnd(@Nullable String lastId) {
    return END.equals(lastId);
  }
}
