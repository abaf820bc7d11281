package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The feature that finds prices. There may be many, because each is independent and has no state of
 * its own. One of them takes each {@link StockRequest} from {@code stocks.work}. It publishes a
 * {@link StockResult} on {@code stocks.result}, and answers the request with the same. Owned by its
 * event loop.
 *
 * <p>Configuration: {@code prices}, {@code {"AAPL":95.0}}, has the stocks of the random walk and
 * their first prices. {@code http} is used instead of it, see {@link HttpQuotes}. {@code work} and
 * {@code result} name other addresses. One process needs them if a broker is between its two
 * verticles.
 */
public final class QuoteVerticle extends VerticleBase {
  static final int MOST_SYMBOLS = 1000;
  private static final int MOST_AT_ONCE = 100;

  private final SkipLog skipped = new SkipLog(QuoteVerticle.class);
  private @Nullable QuoteSource source;

  @SuppressWarnings("NullAway.Init") // set when it starts
  private String resultAddress;

  private int underWay;

  @Override
  public Future<?> start() {
    String workAddress;
    try {
      Settings settings =
          new Settings("QuoteVerticle", config()).only("prices", "http", "work", "result");
      workAddress = settings.text("work", StockRequest.WORK);
      resultAddress = settings.text("result", StockRequest.RESULT);
      JsonObject http = settings.object("http");
      JsonObject prices = settings.object("prices");
      if (http != null) {
        source = new HttpQuotes(vertx, http, skipped);
      }
      Map<String, Double> starts =
          prices == null ? RandomWalk.START_PRICES : RandomWalk.startPrices(prices);
      return sourceOf(starts)
          .compose(
              opened -> {
                return vertx
                    .eventBus()
                    .<Object>consumer(workAddress, message -> work(opened, message))
                    .completion();
              });
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<QuoteSource> sourceOf(Map<String, Double> starts) {
    if (source != null) {
      return Future.succeededFuture(source);
    }
    return KeptQuotes.open(vertx)
        .map(kept -> new RandomWalk(kept, starts, RandomGenerator.getDefault()));
  }

  private void work(QuoteSource prices, Message<Object> message) {
    try {
      StockRequest request = StockRequest.ofWork(message.body(), MOST_SYMBOLS);
      if (underWay >= MOST_AT_ONCE) {
        skipped.add("work is skipped: more than " + MOST_AT_ONCE + " requests at once");
        message.fail(503, "too much work at once");
        return;
      }
      underWay++;
      prices
          .quotes(request.symbols())
          .onComplete(done -> underWay--)
          .onSuccess(quotes -> tell(message, quotes))
          .onFailure(cause -> failed(message, cause));
    } catch (Refusal refusal) {
      skipped.add("work is skipped that is not like {\"stocks\":[\"AAPL\"]}");
      Refusal.answer(message, refusal);
    }
  }

  private void tell(Message<Object> work, List<Quote> quotes) {
    if (!quotes.isEmpty()) {
      vertx.eventBus().publish(resultAddress, StockResult.write(quotes));
    }
    work.reply(StockResult.write(quotes));
  }

  private void failed(Message<Object> work, Throwable cause) {
    skipped.add("work is skipped: there are no prices: " + cause.getClass().getSimpleName());
    work.fail(500, "there are no prices at the moment");
  }
}
