package io.busbar.feature;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The last known price of a stock, or the reason why it has none. Immutable.
 *
 * @param symbol the symbol of the stock
 * @param price the price; 0 if there is an error
 * @param error the reason; null if there is a price
 * @param time the time of the quote, in milliseconds since 1970
 */
record Quote(String symbol, double price, @Nullable String error, long time) {
  static final String CHANNELS = "stocks.";
  static final String UNKNOWN = "unknown symbol";

  static Quote of(String symbol, double price) {
    return new Quote(symbol, price, null, System.currentTimeMillis());
  }

  static Quote unknown(String symbol) {
    return new Quote(symbol, 0, UNKNOWN, System.currentTimeMillis());
  }

  static String channel(String symbol) {
    return CHANNELS + symbol;
  }

  boolean hasPrice() {
    return error == null;
  }

  /**
   * The form on {@code stocks.result}: {@code {"symbol":"AAPL","price":95.0}}, or with {@code
   * error}.
   */
  JsonObject toResult() {
    JsonObject result = new JsonObject().put("symbol", symbol);
    return hasPrice() ? result.put("price", price) : result.put("error", error);
  }

  /** The form on its channel: {@code {"symbol":"AAPL","price":95.0,"time":1700000000000}}. */
  JsonObject toJson() {
    return toResult().put("time", time);
  }
}
