package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The feature of stock prices. A service endpoint's client that sends {@link StockRequest} to
 * {@code stocks} is fed prices, a new request replacing the old one. Who asks {@code quotes.last}
 * for a channel, such as {@code stocks.AAPL}, gets its last {@link Quote}, or 404. The prices are
 * published by {@link StockTicker}.
 *
 * <p>Configuration: {@code interval}, milliseconds between two messages to a client, 10 to 25,000,
 * 1,000 when left out.
 *
 * <p>Its feeds are those of its node's clients, and are its event loop's.
 */
public final class StockVerticle extends VerticleBase {
  private static final int LEAST_INTERVAL_MILLIS = 10;

  /** Less than the 30 seconds that an endpoint waits for an answer. */
  private static final int MOST_INTERVAL_MILLIS = 25_000;

  private final Map<String, StockFeed> feeds = new HashMap<>();
  private final Quotes quotes = new Quotes();
  private StockTicker ticker;
  private int interval;

  @Override
  public Future<?> start() {
    if (context.getInstanceCount() > 1) {
      return Future.failedFuture("StockVerticle knows its clients: it takes one instance a node");
    }
    Object asked = config().getValue("interval", 1000);
    if (!(asked instanceof Integer millis)
        || millis < LEAST_INTERVAL_MILLIS
        || millis > MOST_INTERVAL_MILLIS) {
      return Future.failedFuture(
          "StockVerticle: interval must be from 10 to 25000 milliseconds, not " + asked);
    }
    interval = millis;
    return KeptQuotes.open(vertx).compose(this::trade);
  }

  private Future<?> trade(KeptQuotes kept) {
    ticker = new StockTicker(vertx, kept, new SplittableRandom());
    EventBus bus = vertx.eventBus();
    return quotes
        .follow(vertx, StockTicker.START_PRICES, kept)
        .compose(
            following ->
                Future.all(
                    bus.localConsumer("stocks", this::serve).completion(),
                    bus.localConsumer("quotes.last", this::answerLast).completion()))
        .onSuccess(listening -> ticker.start());
  }

  @Override
  public Future<?> stop() {
    feeds.values().forEach(StockFeed::end);
    feeds.clear();
    return ticker.stop();
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
      return; // published or sent without asking: there is no way to tell anything
    }
    try {
      feed(session, message, StockRequest.of(message.body()));
    } catch (Refusal refusal) {
      Refusal.answer(message, refusal);
    }
  }

  /** What is unknown is told first, then the prices of what is known. */
  private void feed(String session, Message<Object> message, StockRequest request) {
    List<String> known = request.symbols().stream().filter(quotes::has).toList();
    List<String> unknown =
        request.symbols().stream().filter(symbol -> !quotes.has(symbol)).toList();
    end(session);
    if (request.symbols().isEmpty()) {
      message.reply(new JsonObject());
    } else if (known.isEmpty()) {
      Refusal.answer(message, Refusal.unknownSymbols(unknown));
    } else if (unknown.isEmpty()) {
      newFeed(session, known).begin(message);
    } else {
      newFeed(session, known).begin(message, Refusal.unknownSymbols(unknown));
    }
  }

  private StockFeed newFeed(String session, List<String> symbols) {
    StockFeed feed = new StockFeed(vertx, quotes, symbols, interval, () -> feeds.remove(session));
    feeds.put(session, feed);
    return feed;
  }

  private void end(String session) {
    StockFeed feed = feeds.remove(session);
    if (feed != null) {
      feed.end();
    }
  }

  private void answerLast(Message<Object> message) {
    boolean ofStock =
        message.body() instanceof String address && address.startsWith(Quote.CHANNELS);
    Quote last =
        ofStock ? quotes.last(((String) message.body()).substring(Quote.CHANNELS.length())) : null;
    if (last == null) {
      Refusal.answer(message, Refusal.unknownStock(message.body()));
    } else {
      message.reply(last.toJson());
    }
  }
}
