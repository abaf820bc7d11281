package io.busbar.feature;

import static io.busbar.feature.Waiting.await;
import static io.busbar.feature.Waiting.timers;
import static io.busbar.feature.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Lock;
import io.vertx.junit5.VertxExtension;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StockTickerTest {
  private Vertx vertx;
  private Context loop;
  private KeptQuotes kept;
  private Ear apple;

  @BeforeEach
  void listen(Vertx vertx) throws Exception {
    this.vertx = vertx;
    loop = vertx.getOrCreateContext();
    kept = await(KeptQuotes.open(vertx));
    apple = new Ear(vertx, "stocks.AAPL");
  }

  @Test
  void everyStockMovesFromItsStartPrice() throws Exception {
    Ear google = new Ear(vertx, "stocks.GOOG");

    await(vertx.deployVerticle(new StockVerticle()));

    JsonObject first = apple.next();
    assertThat(first.fieldNames()).containsExactly("symbol", "price", "time");
    assertThat(first.getString("symbol")).isEqualTo("AAPL");
    assertThat(first.getLong("time")).isPositive();
    assertThat(first.getDouble("price")).isCloseTo(95.0, offset(1.5001)).isNotEqualTo(95.0);
    assertThat(google.next().getDouble("price")).isCloseTo(550.0, offset(1.5001));
  }

  @Test
  void aPriceMovesByWholeCentsAndWhatIsPublishedIsKept() throws Exception {
    start(ticker(steps(-150, 150, 0, 1)));

    assertThat(apple.next().getDouble("price")).isEqualTo(93.5);
    assertThat(await(kept.last("AAPL")).orElseThrow().price()).isEqualTo(93.5);
    assertThat(apple.next().getDouble("price")).isEqualTo(95.0);
    assertThat(apple.next().getDouble("price")).isEqualTo(95.01);
  }

  @Test
  void aPriceIsNeverBelowACent() throws Exception {
    await(kept.keep(new Quote("AAPL", 0.5, 1)));

    start(ticker(steps(-150, -150, 20)));

    assertThat(apple.next().getDouble("price")).isEqualTo(0.01);
    assertThat(apple.next().getDouble("price")).isEqualTo(0.21);
  }

  @Test
  void oneTickerTicksAndAnotherGoesOnFromItsLastPrice() throws Exception {
    await(kept.keep(new Quote("AAPL", 10.0, 1)));
    String first = await(vertx.deployVerticle(new StockVerticle()));
    double heard = apple.next().getDouble("price");
    assertThat(heard).isCloseTo(10.0, offset(1.5001));
    await(vertx.deployVerticle(new StockVerticle()));

    await(vertx.undeploy(first));

    double last = await(kept.last("AAPL")).orElseThrow().price();
    while (heard != last) {
      heard = apple.next().getDouble("price");
    }
    assertThat(apple.next().getDouble("price")).isCloseTo(last, offset(1.5001));
  }

  @Test
  void whoeverHasTheLockKeepsItUntilItStops() throws Exception {
    StockTicker ticker = ticker(RandomGenerator.getDefault());
    start(ticker);
    apple.next();

    assertThatThrownBy(() -> await(tryLock())).hasMessageContaining("Timed out");

    stop(ticker);
    await(tryLock()).release();
    until(() -> timers(vertx) == 0);
  }

  @Test
  void aTickerThatStoppedWhileItWaitedDoesNotKeepTheLock() throws Exception {
    Lock lock = await(vertx.sharedData().getLock(StockTicker.LOCK));
    StockTicker waiting = ticker(RandomGenerator.getDefault());
    start(waiting);

    stop(waiting);
    lock.release();

    await(vertx.sharedData().getLockWithTimeout(StockTicker.LOCK, 5000)).release();
    until(() -> timers(vertx) == 0);
  }

  private StockTicker ticker(RandomGenerator random) {
    return new StockTicker(vertx, kept, random);
  }

  private Future<Lock> tryLock() {
    return vertx.sharedData().getLockWithTimeout(StockTicker.LOCK, 10);
  }

  private void start(StockTicker ticker) {
    loop.runOnContext(now -> ticker.start());
  }

  private void stop(StockTicker ticker) throws Exception {
    await(
        Future.<Void>future(
            stopped -> loop.runOnContext(now -> ticker.stop().onComplete(stopped))));
  }

  /** Pauses as short as may be; every stock takes the same steps, of so many cents. */
  private static RandomGenerator steps(int... cents) {
    int stocks = StockTicker.START_PRICES.size();
    return new RandomGenerator() {
      private int step;

      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int nextInt(int origin, int bound) {
        return origin > 0 ? origin : cents[Math.min(step++ / stocks, cents.length - 1)];
      }
    };
  }
}
