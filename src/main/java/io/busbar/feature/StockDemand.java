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
 * Requests the quotes that this node needs, on {@code stocks.work}. In every interval it asks the
 * gateway for the channels again. It counts no subscriptions, because a lost message would make the
 * count wrong for ever. It leaves out symbols with a fresh quote, which another node has requested.
 * Owned by the event loop of {@link StockVerticle}.
 */
final class StockDemand {
  /**
   * The address at which the gateway of this node lists the channels that its clients listen to.
   */
  static final String CHANNELS = "busbar.channels";

  /** The time in which new symbols are collected for one request. */
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
   * Makes the demand, but does not start it.
   *
   * @param interval milliseconds between two requests
   * @param symbols the stocks for clients that listen to a pattern
   * @param fed returns the stocks of the feeds
   * @param skipped counts what is skipped
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

  /**
   * Will request quotes in every interval. The first time is random, because nodes start together.
   */
  void start(Quotes received) {
    quotes = received;
    vertx.setTimer(ThreadLocalRandom.current().nextLong(1, interval + 1), id -> next());
  }

  void stop() {
    stopped = true;
  }

  void received() {
    unanswered = 0;
  }

  /**
   * Will request a quote of the symbol at once, together with others of the same few milliseconds.
   */
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
    stale.sort(Comparator.comparingLong(quotes::receivedAt));
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
