package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last quote of each stock as this node heard it on the stock's channel, whoever published it.
 * One event loop owns it.
 */
final class Quotes {
  private final Map<String, Quote> last = new HashMap<>();

  /** Completes when every stock has a quote: heard, kept from before, or the start price. */
  Future<Void> follow(Vertx vertx, Map<String, Double> startPrices, KeptQuotes kept) {
    List<Future<Void>> followed =
        startPrices.entrySet().stream()
            .map(start -> new Quote(start.getKey(), start.getValue(), System.currentTimeMillis()))
            .map(start -> follow(vertx.eventBus(), start, kept))
            .toList();
    return Future.all(followed).mapEmpty();
  }

  boolean has(String symbol) {
    return last.containsKey(symbol);
  }

  /** Null when there is no such stock. */
  Quote last(String symbol) {
    return last.get(symbol);
  }

  /** {@code {"AAPL":95.0,"MSFT":50.0}} in the order of the symbols, all of which it has. */
  JsonObject prices(Collection<String> symbols) {
    Map<String, Object> prices = new LinkedHashMap<>();
    symbols.forEach(symbol -> prices.put(symbol, last.get(symbol).price()));
    return new JsonObject(prices);
  }

  private Future<Void> follow(EventBus bus, Quote start, KeptQuotes kept) {
    return bus.consumer(start.channel(), message -> hear(start.symbol(), message.body()))
        .completion()
        .compose(listening -> kept.last(start.symbol()))
        .onSuccess(before -> last.putIfAbsent(start.symbol(), before.orElse(start)))
        .mapEmpty();
  }

  private void hear(String symbol, Object body) {
    Quote.from(body)
        .filter(quote -> quote.symbol().equals(symbol))
        .ifPresent(quote -> last.put(symbol, quote));
  }
}
