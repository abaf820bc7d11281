package io.busbar.feature;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Collection;

/**
 * Prices for one client, at once and then every interval, by answering its request, then the answer
 * to that answer, and so on. The next prices are told when the interval is over and the client took
 * the last ones, so that a slow client gets fewer and never old ones. One event loop owns it.
 */
final class StockFeed {
  /** How long a client may take over one message before it is forgotten. */
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(120_000);

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Quotes quotes;
  private final Collection<String> symbols;
  private final long interval;
  private final Runnable whenGone;

  /** The message that the client can be told something by, null while it takes the last thing. */
  private Message<?> turn;

  private long timer = NO_TIMER;
  private boolean ended;

  /**
   * A feed that has not begun.
   *
   * @param symbols stocks that there are
   * @param interval milliseconds
   * @param whenGone is run when the client turns out to be gone
   */
  StockFeed(
      Vertx vertx, Quotes quotes, Collection<String> symbols, long interval, Runnable whenGone) {
    this.vertx = vertx;
    this.quotes = quotes;
    this.symbols = symbols;
    this.interval = interval;
    this.whenGone = whenGone;
  }

  /** Will tell the prices by answering the request. */
  void begin(Message<?> request) {
    turn = request;
    tellPrices();
  }

  /** Will tell what is wrong with the request by answering it, and then the prices. */
  void begin(Message<?> request, Refusal wrong) {
    tell(request, wrong.toJson());
  }

  /** Will tell nothing more and let the endpoint know. */
  void end() {
    ended = true;
    vertx.cancelTimer(timer);
    if (turn != null) {
      turn.reply(null);
      turn = null;
    }
  }

  private void tellPrices() {
    Message<?> to = turn;
    turn = null;
    timer = vertx.setTimer(interval, id -> intervalOver());
    tell(to, quotes.prices(symbols));
  }

  private void intervalOver() {
    timer = NO_TIMER;
    tellWhenReady();
  }

  private void tell(Message<?> to, JsonObject body) {
    to.replyAndRequest(body, PATIENCE).onSuccess(this::taken).onFailure(cause -> gone());
  }

  private void taken(Message<?> next) {
    if (ended) {
      next.reply(null);
    } else if (next.replyAddress() == null) {
      gone();
    } else {
      turn = next;
      tellWhenReady();
    }
  }

  private void tellWhenReady() {
    if (turn != null && timer == NO_TIMER) {
      tellPrices();
    }
  }

  private void gone() {
    if (!ended) {
      end();
      whenGone.run();
    }
  }
}
