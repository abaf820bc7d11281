package io.busbar.feature;

import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests invented prices. */
@ExtendWith(VertxExtension.class)
class RandomWalkTest {
  private KeptQuotes kept;

  @BeforeEach
  void open(Vertx vertx) throws Exception {
    kept = await(KeptQuotes.open(vertx));
  }

  @Test
  void everyStockBeginsAtItsStartPrice() throws Exception {
    List<Quote> quotes = await(walk(new Random(1)).quotes(List.of("AAPL", "GOOG", "FOO", "aapl")));

    assertThat(quotes)
        .extracting(Quote::toResult)
        .extracting(Object::toString)
        .containsExactly(
            "{\"symbol\":\"AAPL\",\"price\":95.0}",
            "{\"symbol\":\"GOOG\",\"price\":550.0}",
            "{\"symbol\":\"FOO\",\"error\":\"unknown symbol\"}",
            "{\"symbol\":\"aapl\",\"error\":\"unknown symbol\"}");
  }

  @Test
  void priceMovesByWholeCentsAndIsKept() throws Exception {
    RandomGenerator random = new Random(1);
    double before = 95.0;
    for (int i = 0; i < 50; i++) {
      age("AAPL", before);

      double price = price(walk(random), "AAPL");

      assertThat(price).isCloseTo(before, offset(1.5001)).isNotEqualTo(before);
      assertThat(price * 100).isCloseTo(Math.round(price * 100), offset(1e-6));
      assertThat(await(kept.last("AAPL")).orElseThrow().price()).isEqualTo(price);
      before = price;
    }
  }

  @Test
  void priceIsNeverBelowOneCent() throws Exception {
    RandomGenerator random = new Random(1);
    for (int i = 0; i < 50; i++) {
      age("AAPL", 0.02);
      assertThat(price(walk(random), "AAPL")).isGreaterThanOrEqualTo(0.01);
    }
  }

  @Test
  void simultaneousRequestsGetTheSamePrice() throws Exception {
    long soon = System.currentTimeMillis() + RandomWalk.STANDS_MILLIS / 2;
    await(kept.keep(new Quote("AAPL", 10.0, null, soon)));

    assertThat(price(walk(new Random(1)), "AAPL")).isEqualTo(10.0);
    assertThat(price(walk(new Random(2)), "AAPL")).isEqualTo(10.0);
  }

  private void age(String symbol, double price) throws Exception {
    await(kept.keep(new Quote(symbol, price, null, 1)));
  }

  private RandomWalk walk(RandomGenerator random) {
    return new RandomWalk(kept, RandomWalk.START_PRICES, random);
  }

  private static double price(RandomWalk walk, String symbol) throws Exception {
    return await(walk.quotes(List.of(symbol))).get(0).price();
  }
}
