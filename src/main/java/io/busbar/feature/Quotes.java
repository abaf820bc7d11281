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
 * The last quote of each stock that this node heard of, and who waits for one. The 10,000 stocks
 * that were heard of last are remembered. One event loop owns it.
 */
final class Quotes {
  static final int MOST_SYMBOLS = 10_000;

  /** How long an unknown symbol is not asked for again. */
  private static final long UNKNOWN_MILLIS = 60_000;

  /** How long somebody new waits for a first quote. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final Vertx vertx;
  private final long interval;
  private final Consumer<String> ask;
  private final Map<String, Quote> last = new LinkedHashMap<>();
  private final Map<String, Promise<Void>> waiting = new HashMap<>();

  /**
   * Nothing is known yet.
   *
   * @param interval milliseconds between two quotes of a stock that somebody listens to
   * @param ask is given a symbol that a quote is needed of
   */
  Quotes(Vertx vertx, long interval, Consumer<String> ask) {
    this.vertx = vertx;
    this.interval = interval;
    this.ask = ask;
  }

  /** Remembers what was heard, in the place of the oldest if need be, and tells who waits. */
  void hear(Quote quote) {
    last.remove(quote.symbol());
    last.put(quote.symbol(), quote);
    if (last.size() > MOST_SYMBOLS) {
      last.remove(last.keySet().iterator().next());
    }
    Promise<Void> heard = waiting.remove(quote.symbol());
    if (heard != null) {
      heard.complete();
    }
  }

  /** Null when nothing was heard of it. */
  @Nullable Quote last(String symbol) {
    return last.get(symbol);
  }

  /** When it was last heard of, milliseconds since 1970; 0 for never. */
  long heardAt(String symbol) {
    Quote quote = last.get(symbol);
    return quote == null ? 0 : quote.time();
  }

  /**
   * Whether it need not be asked for in this interval. Half of one, for another node may have asked
   * at any time within its own.
   */
  boolean isFresh(String symbol) {
    return isYoungerThan(interval / 2, symbol);
  }

  private boolean isYoungerThan(long millis, String symbol) {
    Quote quote = last.get(symbol);
    return quote != null
        && System.currentTimeMillis() - quote.time() < (quote.hasPrice() ? millis : UNKNOWN_MILLIS);
  }

  /** Completes when there is a current quote, or after two seconds without one. */
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
    Promise<Void> heard = Promise.promise();
    long timer = vertx.setTimer(PATIENCE_MILLIS, id -> giveUp(symbol, heard));
    heard.future().onComplete(done -> vertx.cancelTimer(timer));
    return heard;
  }

  private void giveUp(String symbol, Promise<Void> heard) {
    waiting.remove(symbol, heard);
    heard.tryComplete();
  }

  /** Lets everybody go who waits. */
  void close() {
    List.copyOf(waiting.values()).forEach(Promise::tryComplete);
    waiting.clear();
  }

  /** Those that there is no price of, and an error instead, in the order of the symbols. */
  List<String> unknown(Collection<String> symbols) {
    return symbols.stream()
        .filter(
            symbol -> {
              Quote quote = last.get(symbol);
              return quote != null && !quote.hasPrice();
            })
        .toList();
  }

  /** {@code {"AAPL":95.0,"MSFT":50.0}} in the order of the symbols, those that have a price. */
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
