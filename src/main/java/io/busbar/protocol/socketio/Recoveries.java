package io.busbar.protocol.socketio;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients heard whose connections were lost, by the secret that each of them has: for
 * whichever node it comes back to. Any thread may use it.
 */
final class Recoveries {
  private static final String MAP = "busbar.socketio.recovery";

  /** Bytes that one node keeps for all who may come back. */
  private static final long MOST_BYTES = 32L << 20;

  private final Duration time;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param time for how long it is kept; zero keeps nothing
   */
  Recoveries(Duration time) {
    this.time = time;
  }

  boolean areOn() {
    return !time.isZero();
  }

  void keep(Vertx vertx, String secret, JsonObject state) {
    String text = state.encode();
    if (bytes.addAndGet(text.length()) > MOST_BYTES) {
      bytes.addAndGet(-text.length());
      return;
    }
    vertx.setTimer(time.toMillis(), timer -> bytes.addAndGet(-text.length()));
    map(vertx).onSuccess(map -> map.put(secret, text, time.toMillis()));
  }

  /** Will return it once; null where there is none. */
  Future<JsonObject> take(Vertx vertx, String secret) {
    return map(vertx)
        .compose(map -> map.remove(secret))
        .map(text -> text == null ? null : new JsonObject(text))
        .otherwise((JsonObject) null);
  }

  private static Future<AsyncMap<String, String>> map(Vertx vertx) {
    return vertx.sharedData().getAsyncMap(MAP);
  }
}
