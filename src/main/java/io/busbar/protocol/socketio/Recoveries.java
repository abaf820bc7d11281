package io.busbar.protocol.socketio;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What clients heard whose connections were lost, by the secret that each of them has: for
 * whichever node it comes back to. Any thread may use it.
 */
final class Recoveries {
  private static final String MAP = "busbar.socketio.recovery";

  /** Characters that one node keeps of all who may come back. */
  private static final long MOST = 32L << 20;

  /** And of those from one address. */
  private static final long MOST_OF_ONE = MOST / 4;

  private final Duration time;
  private final AtomicLong kept = new AtomicLong();
  private final Map<String, Long> keptOf = new ConcurrentHashMap<>();

  /**
   * @param time for how long it is kept; zero keeps nothing
   */
  Recoveries(Duration time) {
    this.time = time;
  }

  boolean areOn() {
    return !time.isZero();
  }

  /**
   * Will keep it for as long as it counts.
   *
   * @param address where the client was
   */
  void keep(Vertx vertx, String address, String secret, JsonObject state) {
    String text = state.encode();
    int size = text.length();
    long ofAll = kept.addAndGet(size);
    long ofOne = keptOf.merge(address, (long) size, Long::sum);
    if (ofAll > MOST || ofOne > MOST_OF_ONE) {
      forget(address, size);
      return;
    }
    vertx.setTimer(time.toMillis(), timer -> forget(address, size));
    map(vertx).onSuccess(map -> map.put(secret, text, time.toMillis()));
  }

  private void forget(String address, int size) {
    kept.addAndGet(-size);
    keptOf.computeIfPresent(address, (who, all) -> all == size ? null : all - size);
  }

  /** Will return it once; null where there is none. */
  Future<@Nullable JsonObject> take(Vertx vertx, String secret) {
    return map(vertx)
        .compose(map -> map.remove(secret))
        .map(text -> text == null ? null : new JsonObject(text))
        .otherwise((JsonObject) null);
  }

  private static Future<AsyncMap<String, String>> map(Vertx vertx) {
    return vertx.sharedData().getAsyncMap(MAP);
  }
}
