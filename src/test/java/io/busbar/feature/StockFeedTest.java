package io.busbar.feature;

import static io.busbar.feature.Waiting.await;
import static io.busbar.feature.Waiting.timers;
import static io.busbar.feature.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the feed of one client. */
@ExtendWith(VertxExtension.class)
class StockFeedTest {
  private final AtomicInteger gone = new AtomicInteger();
  private Vertx vertx;
  private EndpointClient client;

  @BeforeEach
  void startFeed(Vertx vertx) throws Exception {
    this.vertx = vertx;
    Quotes quotes = new Quotes(vertx, 1_000_000, symbol -> {});
    quotes.receive(Quote.of("AAPL", 95.0));
    await(
        vertx
            .eventBus()
            .consumer(
                "feed",
                request ->
                    new StockFeed(
                            vertx, quotes, List.of("AAPL"), 10, feed -> gone.incrementAndGet())
                        .begin(request))
            .completion());
    client = new EndpointClient(vertx, "feed");
    client.ask("prices");
  }

  @Test
  void disconnectedClientIsReportedOnce() throws Exception {
    Message<Object> price = client.next();
    assertThat(gone).hasValue(0);

    price.fail(1, "the client is gone");

    assertNothingIsLeft();
  }

  @Test
  void endpointThatStopsWaitingIsReportedOnce() throws Exception {
    client.next().reply(null);

    assertNothingIsLeft();
  }

  @Test
  void clientThatLeavesLaterIsReportedOnce() throws Exception {
    client.take();
    client.take();

    client.next().fail(1, "the client is gone");

    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws Exception {
    until(() -> gone.get() > 0 && timers(vertx) == 0);
    assertThat(gone).hasValue(1);
    assertThat(client.untaken()).isZero();
  }
}
