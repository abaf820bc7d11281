package io.busbar.feature;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client or of {@link StockVerticle}: {@code {"stocks":["AAPL","MSFT"]}}. Immutable.
 *
 * @param symbols the symbols, each once and in the order of the request; empty to get no more
 *     prices
 */
record StockRequest(Collection<String> symbols) {
  static final int MOST_SYMBOLS = 100;
  static final int MOST_CHARACTERS = 20;
  static final String WORK = "stocks.work";
  static final String RESULT = "stocks.result";

  private static final Set<String> OURS =
      Set.of(WORK.substring(Quote.CHANNELS.length()), RESULT.substring(Quote.CHANNELS.length()));

  /**
   * Reads the message of a client.
   *
   * @throws Refusal if it is not such a request, or has more than 100 symbols
   */
  static StockRequest of(Object body) {
    return read(body instanceof String text ? decode(text) : null, MOST_SYMBOLS);
  }

  /**
   * Reads a message on {@code stocks.work}: JSON, or JSON as text if a broker has changed it.
   *
   * @throws Refusal if it is not such a request, or has more than {@code mostSymbols} symbols
   */
  static StockRequest ofWork(Object body, int mostSymbols) {
    return read(decode(body), mostSymbols);
  }

  /**
   * Returns whether it is a symbol: 1 to 20 characters, none of them blank or invisible, and not an
   * address of these features.
   */
  static boolean isSymbol(Object symbol) {
    return symbol instanceof String text
        && !text.isEmpty()
        && text.length() <= MOST_CHARACTERS
        && text.chars().allMatch(c -> !Character.isSpaceChar(c) && !Character.isISOControl(c))
        && !OURS.contains(text);
  }

  /** Returns the JSON value of a body. Text and bytes are parsed; null if they are not JSON. */
  static @Nullable Object decode(Object body) {
    try {
      if (body instanceof String text) {
        return Json.decodeValue(text);
      }
      return body instanceof Buffer bytes ? Json.decodeValue(bytes) : body;
    } catch (DecodeException notJson) {
      return null;
    }
  }

  private static StockRequest read(@Nullable Object json, int mostSymbols) {
    if (!(json instanceof JsonObject request)
        || !(request.getValue("stocks") instanceof JsonArray stocks)) {
      throw Refusal.notStocks();
    }
    if (stocks.size() > mostSymbols) {
      throw Refusal.manyStocks(mostSymbols);
    }
    Set<String> symbols = new LinkedHashSet<>();
    for (Object stock : stocks) {
      if (!isSymbol(stock)) {
        throw Refusal.notStocks();
      }
      symbols.add((String) stock);
    }
    return new StockRequest(symbols);
  }

  JsonObject toJson() {
    return new JsonObject().put("stocks", new JsonArray(List.copyOf(symbols)));
  }
}
