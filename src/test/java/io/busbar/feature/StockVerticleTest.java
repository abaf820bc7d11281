package io.busbar.feature;

import static io.busbar.feature.EndpointClient.refusal;
import static io.busbar.feature.Waiting.await;
import static io.busbar.feature.Waiting.timers;
import static io.busbar.feature.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feeding clients while the market is closed: the test has the ticker's lock. */
@ExtendWith(VertxExtension.class)
class StockVerticleTest {
  private Vertx vertx;
  private String deployment;
  private EndpointClient client;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    this.vertx = vertx;
    await(vertx.sharedData().getLock(StockTicker.LOCK));
    deployment = await(vertx.deployVerticle(new StockVerticle(), everyTenMilliseconds()));
    client = new EndpointClient(vertx, "stocks");
    assertThat(await(client.open()).body()).isNull();
  }

  @Test
  void pricesAreToldAtOnceAndAgain() throws Exception {
    client.ask("{\"stocks\":[\"MSFT\",\"AAPL\",\"MSFT\"]}");

    for (int times = 0; times < 3; times++) {
      assertThat(client.take()).hasToString("{\"MSFT\":50.0,\"AAPL\":95.0}");
    }
  }

  @Test
  void theNewestPriceIsToldWhoeverPublishedIt() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    publish("AAPL", 12.34);

    until(() -> last("AAPL").equals(12.34));
    client.take();
    assertThat(client.take()).hasToString("{\"AAPL\":12.34}");
  }

  @Test
  void aSlowClientIsToldNothingUntilItTookTheLastAndThenTheNewest() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    Message<Object> untaken = client.next();
    EndpointClient quick = new EndpointClient(vertx, "stocks");
    quick.ask("{\"stocks\":[\"AAPL\"]}");
    for (int times = 0; times < 10; times++) {
      quick.take();
    }
    assertThat(client.untaken()).isZero();
    publish("AAPL", 1.0);
    publish("AAPL", 2.0);
    until(() -> last("AAPL").equals(2.0));

    client.letKnow(untaken);

    assertThat(client.take()).hasToString("{\"AAPL\":2.0}");
  }

  @Test
  void aNewRequestReplacesTheOld() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    EndpointClient again = new EndpointClient(vertx, "stocks", client.session());
    again.ask("{\"stocks\":[\"GOOG\",\"YHOO\"]}");

    for (int times = 0; times < 3; times++) {
      assertThat(again.take()).hasToString("{\"GOOG\":550.0,\"YHOO\":35.0}");
    }
    while (client.untaken() > 0) {
      client.take();
    }
    until(client::ended);
    assertThat(client.untaken()).isZero();
  }

  @Test
  void unknownSymbolsAreToldFirstAndTheKnownOnesWork() throws Exception {
    client.ask("{\"stocks\":[\"FOO\",\"AAPL\",\"aapl\"]}");

    assertThat(client.take())
        .hasToString(
            "{\"type\":\"error\",\"code\":404,\"message\":\"unknown symbols: FOO, aapl\"}");
    assertThat(client.take()).hasToString("{\"AAPL\":95.0}");
    assertThat(client.take()).hasToString("{\"AAPL\":95.0}");
  }

  @Test
  void nothingButUnknownSymbolsIsRefused() throws Exception {
    assertThat(refusal(client.say("{\"stocks\":[\"FOO\"]}"))).isEqualTo("404 unknown symbol: FOO");
  }

  @Test
  void askingForNothingEndsThePrices() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    assertThat(await(client.say("{\"stocks\":[]}")).body()).hasToString("{}");

    while (client.untaken() > 0) {
      client.take();
    }
    until(client::ended);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNoRequestIsRefusedAndTheOldOneStays(Object body) throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    assertThat(refusal(client.say(body)))
        .isEqualTo("400 to watch stocks send {\"stocks\":[\"AAPL\",\"MSFT\"]}");

    for (int times = 0; times < 3; times++) {
      assertThat(client.take()).hasToString("{\"AAPL\":95.0}");
    }
  }

  static Stream<Object> malformed() {
    return Stream.of(
        "",
        "AAPL",
        "{\"stocks\":[\"AAPL\"",
        "[\"AAPL\"]",
        "null",
        "{}",
        "{\"stocks\":null}",
        "{\"stocks\":\"AAPL\"}",
        "{\"stocks\":[1]}",
        "{\"stocks\":[null]}",
        "{\"stocks\":[\" \"]}",
        "{\"stocks\":[\"A23456789012345678901\"]}",
        Buffer.buffer("{\"stocks\":[\"AAPL\"]}"));
  }

  @Test
  void oneHundredSymbolsAreTheMost() throws Exception {
    assertThat(refusal(client.say(symbols(100)))).startsWith("404 unknown symbols: S0, S1, ");
    assertThat(refusal(client.say(symbols(101))))
        .isEqualTo("400 at most 100 stocks can be watched at once");
  }

  @Test
  void nothingIsLeftOfAClientThatClosed() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    assertThat(await(client.close()).body()).isNull();

    while (client.untaken() > 0) {
      client.take();
    }
    until(client::ended);
    int ofTheTicker = 1; // it tries for the lock, or waits to
    until(() -> timers(vertx) <= ofTheTicker);
  }

  @Test
  void undeployingLetsTheEndpointsKnowAndLeavesNoTimers() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();
    client.take();

    await(vertx.undeploy(deployment));

    until(() -> timers(vertx) == 0);
  }

  @Test
  void theLastQuoteOfAChannelCanBeAsked() throws Exception {
    JsonObject quote = await(askLast("stocks.AMZN"));

    assertThat(quote.getString("symbol")).isEqualTo("AMZN");
    assertThat(quote.getDouble("price")).isEqualTo(300.0);
    assertThat(quote.getLong("time")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stocks.FOO", "stocks.", "AMZN", ""})
  void theLastQuoteOfAnythingElseIsUnknown(String address) throws Exception {
    assertThat(refusal(askLast(address))).isEqualTo("404 no such stock: " + address);
  }

  @Test
  void whatIsNoQuoteIsNotHeard() throws Exception {
    vertx.eventBus().publish("stocks.AAPL", "rubbish");
    vertx.eventBus().publish("stocks.AAPL", new JsonObject().put("symbol", "AAPL"));
    vertx
        .eventBus()
        .publish("stocks.AAPL", new Quote("MSFT", 1, System.currentTimeMillis()).toJson());
    publish("GOOG", 1.5);

    until(() -> last("GOOG").equals(1.5));
    assertThat(last("AAPL")).isEqualTo(95.0);
    assertThat(last("MSFT")).isEqualTo(50.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 9, 25_001})
  void anIntervalThatCannotBeIsRefused(int interval) {
    DeploymentOptions options =
        new DeploymentOptions().setConfig(new JsonObject().put("interval", interval));

    assertThatThrownBy(() -> await(vertx.deployVerticle(new StockVerticle(), options)))
        .hasMessageContaining(
            "StockVerticle: interval must be from 10 to 25000 milliseconds, not " + interval);
  }

  @Test
  void severalInstancesOnANodeAreRefused() {
    DeploymentOptions two = new DeploymentOptions().setInstances(2);

    assertThatThrownBy(() -> await(vertx.deployVerticle(StockVerticle.class, two)))
        .hasMessageContaining("StockVerticle knows its clients: it takes one instance a node");
  }

  private void publish(String symbol, double price) {
    Quote quote = new Quote(symbol, price, System.currentTimeMillis());
    vertx.eventBus().publish(quote.channel(), quote.toJson());
  }

  private Double last(String symbol) {
    try {
      return await(askLast("stocks." + symbol)).getDouble("price");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Future<JsonObject> askLast(String channel) {
    return vertx.eventBus().<JsonObject>request("stocks.last", channel).map(Message::body);
  }

  private static String symbols(int number) {
    JsonArray symbols = new JsonArray();
    IntStream.range(0, number).forEach(index -> symbols.add("S" + index));
    return new JsonObject().put("stocks", symbols).encode();
  }

  private static DeploymentOptions everyTenMilliseconds() {
    return new DeploymentOptions().setConfig(new JsonObject().put("interval", 10));
  }
}
