package io.busbar.feature;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A price feature for tests. Prices change only when the test changes them. Any thread may use it.
 */
final class Market {
  final Map<String, Double> prices = new ConcurrentHashMap<>();

  /** The symbols of each request. */
  final BlockingQueue<List<String>> asked = new LinkedBlockingQueue<>();

  private volatile boolean open = true;

  Market(Vertx vertx) throws Exception {
    RandomWalk.START_PRICES.forEach(prices::put);
    Waiting.await(
        vertx
            .eventBus()
            .<JsonObject>consumer(
                "stocks.work",
                work -> {
                  JsonArray symbols = work.body().getJsonArray("stocks");
                  asked.add(symbols.stream().map(String::valueOf).toList());
                  if (open) {
                    vertx.eventBus().publish("stocks.result", answer(symbols));
                  }
                })
            .completion());
  }

  void open(boolean now) {
    open = now;
  }

  private JsonArray answer(JsonArray symbols) {
    JsonArray result = new JsonArray();
    for (Object symbol : symbols) {
      JsonObject element = new JsonObject().put("symbol", symbol);
      Double price = prices.get(symbol);
      result.add(
          price == null ? element.put("error", "unknown symbol") : element.put("price", price));
    }
    return result;
  }
}
