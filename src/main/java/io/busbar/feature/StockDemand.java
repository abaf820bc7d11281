package io.busbar.feature;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Sends to {@code stocks.work} what this node needs quotes of. Every interval that is asked of the
 * gateway anew, so that nothing is counted up and down that a lost message could put wrong. What
 * was heard a moment ago, because another node asked, is left out. One event loop owns it.
 */
final class StockDemand {
  /** Where the gateway of this node tells which channels its clients listen to. */
  static final String CHANNELS = "busbar.channels";

  /** New symbols that come within this time are asked for together. */
  private static final long GATHER_MILLIS = 5;

  private static final int SILENT_INTERVALS = 5;

  private final Vertx vertx;
  private final long interval;
  private final JsonObject question;
  private final Supplier<Collection<String>> fed;
  private final SkipLog skipped;
  private final Set<String> now = new LinkedHashSet<>();

  @SuppressWarnings("NullAway.Init") // set when it starts
  private Quotes quotes;

  private boolean stopped;
  private int unanswered;

  /**
   * Work that has not begun.
   *
   * @param symbols those that who listens to a pattern wants
   * @param fed those that clients are fed
   */
  StockDemand(
      Vertx vertx,
      long interval,
      Collection<String> symbols,
      Supplier<Collection<String>> fed,
      SkipLog skipped) {
    this.vertx = vertx;
    this.interval = interval;
    this.fed = fed;
    this.skipped = skipped;
    this.question =
        new JsonObject()
            .put("prefix", Quote.CHANNELS)
            .put("of", new JsonArray(symbols.stream().map(Quote::channel).toList()));
  }

  /** Will ask every interval, the first time at a moment of its own: nodes start together. */
  void start(Quotes heard) {
    quotes = heard;
    vertx.setTimer(ThreadLocalRandom.current().nextLong(1, interval + 1), id -> next());
  }

  void stop() {
    stopped = true;
  }

  void heard() {
    unanswered = 0;
  }

  /** Will ask for the symbol at once. */
  void ask(String symbol) {
    if (now.isEmpty()) {
      vertx.setTimer(
          GATHER_MILLIS,
          id -> {
            List<String> symbols = List.copyOf(now);
            now.clear();
            send(symbols);
          });
    }
    if (now.size() < Quotes.MOST_SYMBOLS) {
      now.add(symbol);
    }
  }

  private void next() {
    if (stopped) {
      return;
    }
    vertx.setTimer(interval, id -> next());
    DeliveryOptions here = new DeliveryOptions().setLocalOnly(true).setSendTimeout(interval);
    vertx
        .eventBus()
        .<JsonArray>request(CHANNELS, question, here)
        .map(answer -> answer.body())
        .otherwise(noGateway -> new JsonArray())
        .onSuccess(this::send);
  }

  private void send(JsonArray channels) {
    Set<String> wanted = new LinkedHashSet<>(fed.get());
    for (Object channel : channels) {
      String symbol = String.valueOf(channel).substring(Quote.CHANNELS.length());
      if (StockRequest.isSymbol(symbol)) {
        wanted.add(symbol);
      }
    }
    List<String> stale = new ArrayList<>(wanted);
    stale.removeIf(quotes::isFresh);
    stale.sort(Comparator.comparingLong(quotes::heardAt));
    if (stale.size() > Quotes.MOST_SYMBOLS) {
      skipped.add("stocks are not asked for: there are more than " + Quotes.MOST_SYMBOLS);
      stale = stale.subList(0, Quotes.MOST_SYMBOLS);
    }
    if (!stale.isEmpty() && ++unanswered == SILENT_INTERVALS) {
      skipped.add("nobody answers on stocks.result: is there a QuoteVerticle?");
    }
    send(stale);
  }

  private void send(List<String> symbols) {
    for (int from = 0; from < symbols.size() && !stopped; from += StockRequest.MOST_SYMBOLS) {
      int to = Math.min(symbols.size(), from + StockRequest.MOST_SYMBOLS);
      StockRequest request = new StockRequest(symbols.subList(from, to));
      vertx.eventBus().send(StockRequest.WORK, request.toJson());
    }
  }
}
