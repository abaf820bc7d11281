package io.busbar.feature;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Lock;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The market: each price walks at random, and each of its changes is published. Of all tickers in
 * the cluster the one that has the lock ticks; the others try for it once a second, and go on from
 * the last price. One event loop owns it.
 */
final class StockTicker {
  static final Map<String, Double> START_PRICES =
      Map.of("AAPL", 95.0, "MSFT", 50.0, "AMZN", 300.0, "GOOG", 550.0, "YHOO", 35.0);

  static final String LOCK = "stocks.ticker";

  private static final System.Logger LOG = System.getLogger(StockTicker.class.getName());
  private static final long LOCK_WAIT_MILLIS = 500;
  private static final long LOCK_RETRY_MILLIS = 1000;
  private static final int LEAST_PAUSE_MILLIS = 500;
  private static final int MOST_PAUSE_MILLIS = 2500;
  private static final int MOST_CENTS_UP_OR_DOWN = 150;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final KeptQuotes kept;
  private final RandomGenerator random;
  private List<Walk> walks = List.of();
  private Lock lock;
  private long retry = NO_TIMER;
  private boolean stopped;

  StockTicker(Vertx vertx, KeptQuotes kept, RandomGenerator random) {
    this.vertx = vertx;
    this.kept = kept;
    this.random = random;
  }

  /** Will tick as soon as nobody else does. */
  void start() {
    vertx.sharedData().getLockWithTimeout(LOCK, LOCK_WAIT_MILLIS).onComplete(this::tried);
  }

  /** Completes when its last price is kept and another ticker may go on. */
  Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(retry);
    return Future.join(walks.stream().map(Walk::stop).toList()).transform(this::release);
  }

  private void tried(AsyncResult<Lock> got) {
    if (got.failed()) {
      retryLater();
    } else if (stopped) {
      got.result().release();
    } else {
      lock = got.result();
      goOn();
    }
  }

  private void goOn() {
    List<Future<Walk>> continued =
        START_PRICES.entrySet().stream()
            .map(start -> continued(start.getKey(), start.getValue()))
            .toList();
    Future.all(continued)
        .onSuccess(all -> begin(all.list()))
        .onFailure(
            cause -> {
              LOG.log(Level.WARNING, "The last prices cannot be read, trying again", cause);
              release(null);
              retryLater();
            });
  }

  private Future<Walk> continued(String symbol, double startPrice) {
    return kept.last(symbol)
        .map(quote -> new Walk(symbol, quote.map(Quote::price).orElse(startPrice)));
  }

  private void begin(List<Walk> continued) {
    if (!stopped) {
      walks = continued;
      walks.forEach(Walk::pause);
    }
  }

  private void retryLater() {
    if (!stopped) {
      retry = vertx.setTimer(LOCK_RETRY_MILLIS, id -> start());
    }
  }

  private Future<Void> release(Object ignored) {
    if (lock != null) {
      lock.release();
      lock = null;
    }
    return Future.succeededFuture();
  }

  /** One stock's price, on its way. */
  private final class Walk {
    private final String symbol;
    private long cents;
    private long timer = NO_TIMER;
    private Future<Void> keeping = Future.succeededFuture();

    Walk(String symbol, double price) {
      this.symbol = symbol;
      this.cents = Math.round(price * 100);
    }

    void pause() {
      long millis = random.nextInt(LEAST_PAUSE_MILLIS, MOST_PAUSE_MILLIS + 1);
      timer = vertx.setTimer(millis, id -> move());
    }

    Future<Void> stop() {
      vertx.cancelTimer(timer);
      return keeping;
    }

    private void move() {
      long before = cents;
      int step = random.nextInt(-MOST_CENTS_UP_OR_DOWN, MOST_CENTS_UP_OR_DOWN + 1);
      cents = Math.max(1, cents + step);
      if (cents == before) {
        pause();
        return;
      }
      Quote quote = new Quote(symbol, cents / 100.0, System.currentTimeMillis());
      keeping = kept.keep(quote).onComplete(done -> told(quote, done));
    }

    /** A price that could not be kept is news all the same. */
    private void told(Quote quote, AsyncResult<Void> done) {
      if (done.failed()) {
        LOG.log(Level.WARNING, "A price of " + symbol + " could not be kept", done.cause());
      }
      vertx.eventBus().publish(quote.channel(), quote.toJson());
      if (!stopped) {
        pause();
      }
    }
  }
}
