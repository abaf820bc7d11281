package io.busbar.feature;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What was last heard of a stock: its price, or why there is none.
 *
 * @param error null when there is a price
 * @param time when it was heard, milliseconds since 1970
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

  /** As on {@code stocks.result}: {@code {"symbol":"AAPL","price":95.0}}, or with an error. */
  JsonObject toResult() {
    JsonObject result = new JsonObject().put("symbol", symbol);
    return hasPrice() ? result.put("price", price) : result.put("error", error);
  }

  /** As on its channel: {@code {"symbol":"AAPL","price":95.0,"time":1700000000000}}. */
  JsonObject toJson() {
    return toResult().put("time", time);
  }
}
