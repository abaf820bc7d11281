package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Optional;

/**
 * The last price of each stock, for every random walk of the cluster. It is an async map from the
 * symbol to the price and its time. Any thread may use it.
 */
final class KeptQuotes {
  static final String MAP = "stocks.prices";

  private final AsyncMap<String, String> quotes;

  private KeptQuotes(AsyncMap<String, String> quotes) {
    this.quotes = quotes;
  }

  static Future<KeptQuotes> open(Vertx vertx) {
    return vertx.sharedData().<String, String>getAsyncMap(MAP).map(KeptQuotes::new);
  }

  Future<Void> keep(Quote quote) {
    return quotes.put(quote.symbol(), quote.toJson().encode());
  }

  Future<Optional<Quote>> last(String symbol) {
    return quotes.get(symbol).map(json -> json == null ? Optional.empty() : quote(symbol, json));
  }

  private static Optional<Quote> quote(String symbol, String text) {
    JsonObject json = new JsonObject(text);
    return Optional.of(new Quote(symbol, json.getDouble("price"), null, json.getLong("time")));
  }
}
