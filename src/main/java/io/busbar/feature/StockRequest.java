package io.busbar.feature;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a client asks for: {@code {"stocks":["AAPL","MSFT"]}}.
 *
 * @param symbols each once, in the order they were asked for; none asks for no prices any more
 */
record StockRequest(Collection<String> symbols) {
  static final int MOST_SYMBOLS = 100;
  static final int MOST_CHARACTERS = 20;

  /**
   * Reads a client's message.
   *
   * @throws Refusal when it is something else, or over 100 symbols
   */
  static StockRequest of(Object body) {
    JsonArray stocks = stocks(body);
    if (stocks.size() > MOST_SYMBOLS) {
      throw Refusal.manyStocks(MOST_SYMBOLS);
    }
    Set<String> symbols = new LinkedHashSet<>();
    stocks.forEach(stock -> symbols.add(symbol(stock)));
    return new StockRequest(symbols);
  }

  private static JsonArray stocks(Object body) {
    try {
      if (body instanceof String text
          && new JsonObject(text).getValue("stocks") instanceof JsonArray stocks) {
        return stocks;
      }
    } catch (DecodeException notJson) {
      throw Refusal.notStocks();
    }
    throw Refusal.notStocks();
  }

  private static String symbol(Object stock) {
    if (stock instanceof String symbol && !symbol.isBlank() && symbol.length() <= MOST_CHARACTERS) {
      return symbol;
    }
    throw Refusal.notStocks();
  }
}
