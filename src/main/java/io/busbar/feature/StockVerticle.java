package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The feature that publishes stock prices. Its clients listen to {@code stocks.*}, or send a {@link
 * StockRequest} to the service endpoint {@code stocks}. In every interval it requests the prices
 * for the clients of its node on {@code stocks.work}. It sends them the results from {@code
 * stocks.result}. A request to {@code quotes.last} with a channel, such as {@code stocks.AAPL}, is
 * answered with the last message there, or 404.
 *
 * <p>Configuration: {@code interval}, milliseconds between two prices, 10 to 25,000, by default
 * 10,000; {@code symbols}, the stocks for clients that listen to {@code stocks.*}, at most 1,000.
 *
 * <p>It has the feeds of the clients of its node. Owned by its event loop.
 */
public final class StockVerticle extends VerticleBase {
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
  private static final int LEAST_INTERVAL_MILLIS = 10;

  /** It is less than the 30 seconds that an endpoint waits for an answer. */
  private static final int MOST_INTERVAL_MILLIS = 25_000;

  private static final int MOST_SYMBOLS = 1000;

  private final Map<String, StockFeed> feeds = new HashMap<>();

  /** The number of feeds by symbol. */
  private final Map<String, Integer> fed = new HashMap<>();

  private final SkipLog skipped = new SkipLog(StockVerticle.class);

  @SuppressWarnings("NullAway.Init") // set when it starts
  private Quotes quotes;

  @SuppressWarnings("NullAway.Init") // set when it starts
  private StockDemand work;

  private int interval;

  @Override
  public Future<?> start() {
    if (context.getInstanceCount() > 1) {
      return Future.failedFuture("StockVerticle knows its clients: it takes one instance a node");
    }
    try {
      Settings settings = new Settings("StockVerticle", config()).only("interval", "symbols");
      interval =
          settings.number(
              "interval", 10_000, LEAST_INTERVAL_MILLIS, MOST_INTERVAL_MILLIS, " milliseconds");
      work = new StockDemand(vertx, interval, symbols(settings), fed::keySet, skipped);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    quotes = new Quotes(vertx, interval, work::ask);
    EventBus bus = vertx.eventBus();
    return Future.all(
            bus.consumer(StockRequest.RESULT, this::receive).completion(),
            bus.localConsumer("stocks", this::serve).completion(),
            bus.localConsumer("quotes.last", this::answerLast).completion())
        .onSuccess(listening -> work.start(quotes));
  }

  private static Collection<String> symbols(Settings settings) {
    JsonArray symbols = settings.array("symbols");
    if (symbols == null) {
      return RandomWalk.START_PRICES.keySet();
    }
    settings.require(
        symbols.size() <= MOST_SYMBOLS && symbols.stream().allMatch(StockRequest::isSymbol),
        "symbols must be at most " + MOST_SYMBOLS + " symbols");
    return symbols.stream().map(String::valueOf).toList();
  }

  @Override
  public Future<?> stop() {
    work.stop();
    quotes.close();
    List.copyOf(feeds.values()).forEach(StockFeed::end);
    feeds.clear();
    return Future.succeededFuture();
  }

  /**
   * Handles a result. A published result reaches every node, and each node tells its own clients. A
   * sent result, for example from a broker, reaches this node only, so it is published again.
   */
  private void receive(Message<Object> message) {
    if (message.isSend()) {
      vertx.eventBus().publish(StockRequest.RESULT, message.body());
      message.reply(null);
      return;
    }
    work.received();
    for (Quote quote : StockResult.read(message.body(), skipped)) {
      quotes.receive(quote);
      vertx.eventBus().publish(Quote.channel(quote.symbol()), quote.toJson(), HERE);
    }
  }

  private void serve(Message<Object> message) {
    String session = message.headers().get("session");
    String event = String.valueOf(message.headers().get("event"));
    if (session == null) {
      Refusal.answer(message, Refusal.noSession());
      return;
    }
    switch (event) {
      case "open" -> message.reply(null);
      case "message" -> watch(session, message);
      case "close" -> {
        end(session);
        message.reply(null);
      }
      default -> Refusal.answer(message, Refusal.unknownEvent(event));
    }
  }

  private void watch(String session, Message<Object> message) {
    if (message.replyAddress() == null) {
      return; // no reply address: the client cannot get prices
    }
    try {
      feed(session, message, StockRequest.of(message.body()).symbols());
    } catch (Refusal refusal) {
      Refusal.answer(message, refusal);
    }
  }

  private void feed(String session, Message<Object> message, Collection<String> symbols) {
    long unheardOf = symbols.stream().filter(symbol -> !fed.containsKey(symbol)).count();
    if (fed.size() + unheardOf > Quotes.MOST_SYMBOLS) {
      throw Refusal.fullOfStocks();
    }
    end(session);
    if (symbols.isEmpty()) {
      message.reply(new JsonObject());
      return;
    }
    symbols.forEach(symbol -> fed.merge(symbol, 1, Integer::sum));
    StockFeed feed = new StockFeed(vertx, quotes, symbols, interval, gone -> forget(session, gone));
    feeds.put(session, feed);
    feed.begin(message);
  }

  private void end(String session) {
    StockFeed feed = feeds.get(session);
    if (feed != null) {
      feed.end();
    }
  }

  private void forget(String session, StockFeed gone) {
    feeds.remove(session, gone);
    gone.symbols().forEach(symbol -> fed.computeIfPresent(symbol, (s, n) -> n == 1 ? null : n - 1));
  }

  private void answerLast(Message<Object> message) {
    String symbol =
        message.body() instanceof String address && address.startsWith(Quote.CHANNELS)
            ? address.substring(Quote.CHANNELS.length())
            : "";
    if (!StockRequest.isSymbol(symbol)) {
      Refusal.answer(message, Refusal.unknownStock(message.body()));
      return;
    }
    quotes.await(symbol).onSuccess(received -> replyLast(message, quotes.last(symbol)));
  }

  private static void replyLast(Message<Object> message, @Nullable Quote last) {
    if (last == null) {
      Refusal.answer(message, Refusal.unknownStock(message.body()));
    } else {
      message.reply(last.toJson());
    }
  }
}
