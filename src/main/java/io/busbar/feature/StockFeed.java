package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The prices for one client. It sends the first ones as the answer to the client's request, the
 * next ones as the answer to that answer, and so on. The next prices are sent when the interval has
 * passed and the client has taken the last ones. So a slow client gets fewer prices, and never old
 * ones. Owned by the event loop of {@link StockVerticle}.
 */
final class StockFeed {
  /** The longest time in which a client may take one message. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(120_000);

  /** The longest time without a message to the endpoint, which waits for 30 seconds. */
  private static final long SILENCE_MILLIS = 20_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Quotes quotes;
  private final Collection<String> symbols;
  private final long interval;
  private final Consumer<StockFeed> whenOver;
  private final Set<String> complained = new HashSet<>();

  /** The message whose reply reaches the client; null while the client takes the last one. */
  private @Nullable Message<?> turn;

  private long timer = NO_TIMER;

  /** The time of the last message without prices; 0 if there was none since the last prices. */
  private long silentSince;

  private boolean ended;

  /**
   * Makes a feed, but does not start it.
   *
   * @param symbols the stocks that the client asks for; they may be unknown
   * @param interval milliseconds between two prices
   * @param whenOver is called when the feed has ended, because the client is gone or because of
   *     {@link #end}
   */
  StockFeed(
      Vertx vertx,
      Quotes quotes,
      Collection<String> symbols,
      long interval,
      Consumer<StockFeed> whenOver) {
    this.vertx = vertx;
    this.quotes = quotes;
    this.symbols = symbols;
    this.interval = interval;
    this.whenOver = whenOver;
  }

  Collection<String> symbols() {
    return symbols;
  }

  /**
   * Will answer the request: first with the unknown symbols, then with the prices of the others.
   */
  void begin(Message<?> request) {
    turn = request;
    Future.all(symbols.stream().map(quotes::await).toList()).onComplete(received -> sendFirst());
  }

  private void sendFirst() {
    if (ended) {
      return;
    }
    List<String> unknown = quotes.unknown(symbols);
    if (unknown.size() == symbols.size()) {
      Message<?> to = turn;
      turn = null;
      end();
      if (to != null) {
        Refusal.answer(to, Refusal.unknownSymbols(unknown));
      }
    } else {
      sendNext();
    }
  }

  /** Ends the feed and tells the endpoint. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    vertx.cancelTimer(timer);
    if (turn != null) {
      turn.reply(null);
      turn = null;
    }
    whenOver.accept(this);
  }

  private void sendNext() {
    List<String> unknown =
        quotes.unknown(symbols).stream().filter(symbol -> !complained.contains(symbol)).toList();
    if (!unknown.isEmpty()) {
      complained.addAll(unknown);
      sendToClient(Refusal.unknownSymbols(unknown).toJson());
      return;
    }
    timer = vertx.setTimer(interval, id -> intervalOver());
    JsonObject prices = quotes.prices(symbols);
    if (!prices.isEmpty()) {
      silentSince = 0;
      sendToClient(prices);
    } else if (silentSince + SILENCE_MILLIS < System.currentTimeMillis()) {
      silentSince = System.currentTimeMillis();
      sendToClient(Refusal.noPrices().toJson());
    }
  }

  private void intervalOver() {
    timer = NO_TIMER;
    sendWhenReady();
  }

  private void sendToClient(JsonObject body) {
    Message<?> to = turn;
    turn = null;
    if (to != null) {
      to.replyAndRequest(body, PATIENCE).onSuccess(this::taken).onFailure(cause -> end());
    }
  }

  private void taken(Message<?> next) {
    if (ended) {
      next.reply(null);
    } else if (next.replyAddress() == null) {
      end();
    } else {
      turn = next;
      sendWhenReady();
    }
  }

  private void sendWhenReady() {
    if (turn != null && timer == NO_TIMER) {
      sendNext();
    }
  }
}
