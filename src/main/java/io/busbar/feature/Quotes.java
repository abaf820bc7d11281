package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last quotes that this node has received, and the futures that wait for a quote. It keeps the
 * 10,000 stocks with the newest quotes. Owned by the event loop of {@link StockVerticle}.
 */
final class Quotes {
  static final int MOST_SYMBOLS = 10_000;

  /** The time until an unknown symbol is requested again. */
  private static final long UNKNOWN_MILLIS = 60_000;

  /** The longest wait for a first quote. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final Vertx vertx;
  private final long interval;
  private final Consumer<String> ask;
  private final Map<String, Quote> last = new LinkedHashMap<>();
  private final Map<String, Promise<Void>> waiting = new HashMap<>();

  /**
   * Makes an empty set of quotes.
   *
   * @param interval milliseconds between two quotes of a stock that somebody listens to
   * @param ask requests a quote of a symbol
   */
  Quotes(Vertx vertx, long interval, Consumer<String> ask) {
    this.vertx = vertx;
    this.interval = interval;
    this.ask = ask;
  }

  /**
   * Stores the quote and completes the future that waits for it. If there are too many, the oldest
   * quote is removed.
   */
  void receive(Quote quote) {
    last.remove(quote.symbol());
    last.put(quote.symbol(), quote);
    if (last.size() > MOST_SYMBOLS) {
      last.remove(last.keySet().iterator().next());
    }
    Promise<Void> received = waiting.remove(quote.symbol());
    if (received != null) {
      received.complete();
    }
  }

  /** The last quote of the symbol; null for none. */
  @Nullable Quote last(String symbol) {
    return last.get(symbol);
  }

  /** The time of the last quote, in milliseconds since 1970; 0 for none. */
  long receivedAt(String symbol) {
    Quote quote = last.get(symbol);
    return quote == null ? 0 : quote.time();
  }

  /**
   * Returns whether the symbol needs no request in this interval. The limit is half an interval,
   * because another node may have asked at any time in its own interval.
   */
  boolean isFresh(String symbol) {
    return isYoungerThan(interval / 2, symbol);
  }

  private boolean isYoungerThan(long millis, String symbol) {
    Quote quote = last.get(symbol);
    return quote != null
        && System.currentTimeMillis() - quote.time() < (quote.hasPrice() ? millis : UNKNOWN_MILLIS);
  }

  /** Will wait for a current quote. Completes after two seconds also without one. */
  Future<Void> await(String symbol) {
    if (isYoungerThan(2 * interval, symbol) || isFull(symbol)) {
      return Future.succeededFuture();
    }
    ask.accept(symbol);
    return waiting.computeIfAbsent(symbol, this::expect).future();
  }

  private boolean isFull(String symbol) {
    return waiting.size() >= MOST_SYMBOLS && !waiting.containsKey(symbol);
  }

  private Promise<Void> expect(String symbol) {
    Promise<Void> received = Promise.promise();
    long timer = vertx.setTimer(PATIENCE_MILLIS, id -> giveUp(symbol, received));
    received.future().onComplete(done -> vertx.cancelTimer(timer));
    return received;
  }

  private void giveUp(String symbol, Promise<Void> received) {
    waiting.remove(symbol, received);
    received.tryComplete();
  }

  /** Completes all futures that wait. */
  void close() {
    List.copyOf(waiting.values()).forEach(Promise::tryComplete);
    waiting.clear();
  }

  /** The symbols that have an error instead of a price, in the order of the symbols. */
  List<String> unknown(Collection<String> symbols) {
    return symbols.stream()
        .filter(
            symbol -> {
              Quote quote = last.get(symbol);
              return quote != null && !quote.hasPrice();
            })
        .toList();
  }

  /**
   * The prices of the symbols that have one, in the order of the symbols: {@code
   * {"AAPL":95.0,"MSFT":50.0}}.
   */
  JsonObject prices(Collection<String> symbols) {
    Map<String, Object> prices = new LinkedHashMap<>();
    for (String symbol : symbols) {
      Quote quote = last.get(symbol);
      if (quote != null && quote.hasPrice()) {
        prices.put(symbol, quote.price());
      }
    }
    return new JsonObject(prices);
  }
}
