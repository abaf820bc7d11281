package io.busbar.feature;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages on {@code stocks.result}: {@code [{"symbol":"AAPL","price":149.34}]}. An element
 * without a price is {@code {"symbol":"X","error":"unknown symbol"}}.
 */
final class StockResult {
  static final int MOST_QUOTES = 1000;

  private static final int MOST_CHARACTERS_OF_ERROR = 200;

  private StockResult() {}

  /**
   * Reads the quotes in the body of a message, JSON or text of it. It counts elements that are no
   * quotes.
   */
  static List<Quote> read(Object body, SkipLog skipped) {
    List<Quote> quotes = new ArrayList<>();
    if (!(StockRequest.decode(body) instanceof JsonArray elements)) {
      skipped.add("what is no JSON array on stocks.result is skipped");
      return quotes;
    }
    if (elements.size() > MOST_QUOTES) {
      skipped.add("a result of more than " + MOST_QUOTES + " elements is skipped");
      return quotes;
    }
    for (Object element : elements) {
      Quote quote = element instanceof JsonObject json ? quote(json) : null;
      if (quote == null) {
        skipped.add("what is no quote in a result is skipped");
      } else {
        quotes.add(quote);
      }
    }
    return quotes;
  }

  static JsonArray write(List<Quote> quotes) {
    return new JsonArray(quotes.stream().map(Quote::toResult).toList());
  }

  private static @Nullable Quote quote(JsonObject json) {
    Object symbol = json.getValue("symbol");
    if (!StockRequest.isSymbol(symbol)) {
      return null;
    }
    if (json.getValue("price") instanceof Number price) {
      return Double.isFinite(price.doubleValue())
          ? Quote.of((String) symbol, price.doubleValue())
          : null;
    }
    if (json.getValue("error") instanceof String error
        && error.length() <= MOST_CHARACTERS_OF_ERROR) {
      return new Quote((String) symbol, 0, error, System.currentTimeMillis());
    }
    return null;
  }
}
