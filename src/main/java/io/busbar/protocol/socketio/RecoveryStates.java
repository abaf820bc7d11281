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
 * The states of clients whose connections were lost, by their secrets, for every node. Any thread
 * may use it.
 */
final class RecoveryStates {
  private static final String MAP = "busbar.socketio.recovery";

  /** Maximum number of characters that this node keeps for all clients. */
  private static final long MOST = 32L << 20;

  /** Maximum number of characters that it keeps for one client address. */
  private static final long MOST_OF_ONE = MOST / 4;

  private final Duration time;
  private final AtomicLong kept = new AtomicLong();
  private final Map<String, Long> keptOf = new ConcurrentHashMap<>();

  /**
   * @param time how long a state is kept; zero disables recovery
   */
  RecoveryStates(Duration time) {
    this.time = time;
  }

  boolean areOn() {
    return !time.isZero();
  }

  /**
   * Will keep the state for the configured time.
   *
   * @param address host of the client
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

  /** Will remove and return the state; null for none. */
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
