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
 * Prices for one client, as soon as there are any and then every interval, by answering its
 * request, then the answer to that answer, and so on. The next prices are told when the interval is
 * over and the client took the last ones, so that a slow client gets fewer and never old ones. One
 * event loop owns it.
 */
final class StockFeed {
  /** How long a client may take over one message before it is forgotten. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(120_000);

  /** How long the endpoint is not told anything at most: it waits for 30 seconds. */
  private static final long SILENCE_MILLIS = 20_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Quotes quotes;
  private final Collection<String> symbols;
  private final long interval;
  private final Consumer<StockFeed> whenOver;
  private final Set<String> complained = new HashSet<>();

  /** The message that the client can be told something by, null while it takes the last thing. */
  private @Nullable Message<?> turn;

  private long timer = NO_TIMER;

  /** Since when it was told nothing, for want of prices; 0 when it never was without. */
  private long silentSince;

  private boolean ended;

  /**
   * A feed that has not begun.
   *
   * @param symbols stocks that there may be
   * @param interval milliseconds
   * @param whenOver is told when it has ended, because the client is gone or because of {@link
   *     #end}
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

  /** Will answer the request: what is unknown is told first, then the prices of what is known. */
  void begin(Message<?> request) {
    turn = request;
    Future.all(symbols.stream().map(quotes::await).toList()).onComplete(heard -> tellFirst());
  }

  private void tellFirst() {
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
      tellNext();
    }
  }

  /** Will tell nothing more and let the endpoint know. */
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

  private void tellNext() {
    List<String> unknown =
        quotes.unknown(symbols).stream().filter(symbol -> !complained.contains(symbol)).toList();
    if (!unknown.isEmpty()) {
      complained.addAll(unknown);
      tell(Refusal.unknownSymbols(unknown).toJson());
      return;
    }
    timer = vertx.setTimer(interval, id -> intervalOver());
    JsonObject prices = quotes.prices(symbols);
    if (!prices.isEmpty()) {
      silentSince = 0;
      tell(prices);
    } else if (silentSince + SILENCE_MILLIS < System.currentTimeMillis()) {
      silentSince = System.currentTimeMillis();
      tell(Refusal.noPrices().toJson());
    }
  }

  private void intervalOver() {
    timer = NO_TIMER;
    tellWhenReady();
  }

  private void tell(JsonObject body) {
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
      tellWhenReady();
    }
  }

  private void tellWhenReady() {
    if (turn != null && timer == NO_TIMER) {
      tellNext();
    }
  }
}
