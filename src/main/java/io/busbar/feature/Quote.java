package io.busbar.feature;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What a stock cost at a time, as published to {@code stocks.<SYMBOL>}.
 *
 * @param price with two decimals
 * @param time milliseconds since 1970
 */
record Quote(String symbol, double price, long time) {
  static final String CHANNELS = "stocks.";

  String channel() {
    return CHANNELS + symbol;
  }

  /** {@code {"symbol":"AAPL","price":95.0,"time":1700000000000}}. */
  JsonObject toJson() {
    return new JsonObject().put("symbol", symbol).put("price", price).put("time", time);
  }

  /** The quote in a message's body, if it is one. */
  static Optional<Quote> from(Object body) {
    if (body instanceof JsonObject json
        && json.getValue("symbol") instanceof String symbol
        && json.getValue("price") instanceof Number price
        && json.getValue("time") instanceof Number time) {
      return Optional.of(new Quote(symbol, price.doubleValue(), time.longValue()));
    }
    return Optional.empty();
  }
}
