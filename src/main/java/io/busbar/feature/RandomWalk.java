package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Invented prices. Each price goes up or down by at most 1.50 from the last one, which all random
 * walks share. A price younger than half a second does not change. So two requests at the same time
 * get the same price. Owned by the event loop of {@link QuoteVerticle}.
 */
final class RandomWalk implements QuoteSource {
  static final Map<String, Double> START_PRICES = startPrices();

  static final long STANDS_MILLIS = 500;

  private static final System.Logger LOG = System.getLogger(RandomWalk.class.getName());
  private static final int MOST_CENTS = 150;

  private final KeptQuotes kept;
  private final Map<String, Double> startPrices;
  private final RandomGenerator random;

  RandomWalk(KeptQuotes kept, Map<String, Double> startPrices, RandomGenerator random) {
    this.kept = kept;
    this.startPrices = startPrices;
    this.random = random;
  }

  private static Map<String, Double> startPrices() {
    Map<String, Double> prices = new LinkedHashMap<>();
    prices.put("AAPL", 95.0);
    prices.put("MSFT", 50.0);
    prices.put("AMZN", 300.0);
    prices.put("GOOG", 550.0);
    prices.put("YHOO", 35.0);
    return prices;
  }

  /**
   * Reads the stocks and their first prices: {@code {"AAPL":95.0}}.
   *
   * @throws IllegalArgumentException with the symbol or the price that is wrong
   */
  static Map<String, Double> startPrices(JsonObject json) {
    Map<String, Double> prices = new LinkedHashMap<>();
    json.forEach(
        entry -> {
          if (!StockRequest.isSymbol(entry.getKey())
              || !(entry.getValue() instanceof Number price)
              || !(price.doubleValue() >= 0.01 && price.doubleValue() <= 1e9)) {
            throw new IllegalArgumentException(
                "prices must be symbols with prices from 0.01, not "
                    + entry.getKey()
                    + ": "
                    + entry.getValue());
          }
          prices.put(entry.getKey(), price.doubleValue());
        });
    return prices;
  }

  @Override
  public Future<List<Quote>> quotes(Collection<String> symbols) {
    List<Future<Quote>> quotes = symbols.stream().map(this::quote).toList();
    return Future.all(quotes).map(all -> all.list());
  }

  private Future<Quote> quote(String symbol) {
    Double start = startPrices.get(symbol);
    if (start == null) {
      return Future.succeededFuture(Quote.unknown(symbol));
    }
    return kept.last(symbol).compose(last -> next(symbol, start, last));
  }

  /** Will return the next price, also if it could not be stored. */
  private Future<Quote> next(String symbol, double start, Optional<Quote> last) {
    if (last.isPresent() && stands(last.get())) {
      return Future.succeededFuture(last.get());
    }
    Quote next = last.isPresent() ? step(last.get()) : Quote.of(symbol, start);
    return kept.keep(next)
        .onFailure(cause -> LOG.log(Level.WARNING, "The price of " + symbol + " is lost", cause))
        .otherwiseEmpty()
        .map(next);
  }

  private static boolean stands(Quote quote) {
    return Math.abs(System.currentTimeMillis() - quote.time()) < STANDS_MILLIS;
  }

  private Quote step(Quote last) {
    long cents = Math.round(last.price() * 100);
    int step = random.nextInt(1, MOST_CENTS + 1);
    boolean up = random.nextBoolean() || cents <= step;
    return Quote.of(last.symbol(), (up ? cents + step : cents - step) / 100.0);
  }
}
