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
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the feeds of clients, with prices that do not change by themselves. */
@ExtendWith(VertxExtension.class)
class StockVerticleTest {
  private Vertx vertx;
  private String deployment;
  private EndpointClient client;
  private Market market;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    this.vertx = vertx;
    market = new Market(vertx);
    deployment = await(vertx.deployVerticle(new StockVerticle(), everyTenMilliseconds()));
    client = new EndpointClient(vertx, "stocks");
    assertThat(await(client.open()).body()).isNull();
  }

  @Test
  void pricesAreSentAtOnceAndRepeatedly() throws Exception {
    client.ask("{\"stocks\":[\"MSFT\",\"AAPL\",\"MSFT\"]}");

    for (int times = 0; times < 3; times++) {
      assertThat(client.take()).hasToString("{\"MSFT\":50.0,\"AAPL\":95.0}");
    }
  }

  @Test
  void newestPriceIsSent() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    market.prices.put("AAPL", 12.34);

    until(() -> last("AAPL").equals(12.34));
    client.take();
    assertThat(client.take()).hasToString("{\"AAPL\":12.34}");
  }

  @Test
  void slowClientSkipsToTheNewestPrice() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    Message<Object> untaken = client.next();
    EndpointClient quick = new EndpointClient(vertx, "stocks");
    quick.ask("{\"stocks\":[\"AAPL\"]}");
    for (int times = 0; times < 10; times++) {
      quick.take();
    }
    assertThat(client.untaken()).isZero();
    market.prices.put("AAPL", 1.0);
    until(() -> last("AAPL").equals(1.0));
    market.prices.put("AAPL", 2.0);
    until(() -> last("AAPL").equals(2.0));

    client.letKnow(untaken);

    assertThat(client.take()).hasToString("{\"AAPL\":2.0}");
  }

  @Test
  void newRequestReplacesTheOldOne() throws Exception {
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
  void unknownSymbolsAreReportedBeforeKnownPrices() throws Exception {
    client.ask("{\"stocks\":[\"FOO\",\"AAPL\",\"aapl\"]}");

    assertThat(client.take())
        .hasToString(
            "{\"type\":\"error\",\"code\":404,\"message\":\"unknown symbols: FOO, aapl\"}");
    assertThat(client.take()).hasToString("{\"AAPL\":95.0}");
    assertThat(client.take()).hasToString("{\"AAPL\":95.0}");
  }

  @Test
  void requestOfOnlyUnknownSymbolsIsRefused() throws Exception {
    assertThat(refusal(client.say("{\"stocks\":[\"FOO\"]}"))).isEqualTo("404 unknown symbol: FOO");
  }

  @Test
  void emptyRequestEndsThePrices() throws Exception {
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
  void malformedRequestIsRefusedAndTheOldOneStays(Object body) throws Exception {
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
  void requestHasAtMostHundredSymbols() throws Exception {
    assertThat(refusal(client.say(symbols(100)))).startsWith("404 unknown symbols: S0, S1, ");
    assertThat(refusal(client.say(symbols(101))))
        .isEqualTo("400 at most 100 stocks can be watched at once");
  }

  @Test
  void closedClientLeavesNothingBehind() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();

    assertThat(await(client.close()).body()).isNull();

    while (client.untaken() > 0) {
      client.take();
    }
    until(client::ended);
    int ofTheInterval = 1;
    until(() -> timers(vertx) <= ofTheInterval);
  }

  @Test
  void undeployingLeavesNoTimers() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();
    client.take();

    await(vertx.undeploy(deployment));

    until(() -> timers(vertx) == 0);
  }

  @Test
  void lastQuoteOfAChannelCanBeRequested() throws Exception {
    JsonObject quote = await(askLast("stocks.AMZN"));

    assertThat(quote.getString("symbol")).isEqualTo("AMZN");
    assertThat(quote.getDouble("price")).isEqualTo(300.0);
    assertThat(quote.getLong("time")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stocks.", "stocks.work", "stocks.result", "stocks.a b", "AMZN", ""})
  void lastQuoteOfAnotherAddressIsNotFound(String address) throws Exception {
    assertThat(refusal(askLast(address))).isEqualTo("404 no such stock: " + address);
  }

  @Test
  void lastQuoteOfAnUnknownStockIsItsError() throws Exception {
    assertThat(await(askLast("stocks.FOO")).getString("error")).isEqualTo("unknown symbol");
    await(askLast("stocks.FOO"));

    assertThat(market.asked).filteredOn(symbols -> symbols.contains("FOO")).hasSize(1);
  }

  @Test
  void invalidQuoteIsSkippedAndValidOnesArePublished() throws Exception {
    AddressListener apple = new AddressListener(vertx, "stocks.AAPL");
    AddressListener google = new AddressListener(vertx, "stocks.GOOG");
    Stream.of(
            "rubbish",
            new JsonObject().put("symbol", "AAPL").put("price", 1),
            new JsonArray("[null,1,[],{},{\"symbol\":\"A\"},{\"symbol\":1,\"price\":1}]"),
            new JsonArray("[{\"symbol\":\"work\",\"price\":1}]"),
            new JsonArray("[{\"symbol\":\"AAPL\",\"price\":\"1\"}]"),
            new JsonArray("[{\"symbol\":\"AAPL\",\"error\":\"" + "x".repeat(201) + "\"}]"),
            new JsonArray(Collections.nCopies(1001, aapl(1))),
            Buffer.buffer("[{\"symbol\":\"AAPL\",\"price\":1e999}]"),
            new JsonArray().add(new JsonObject()).add(goog()).add(aapl(2.5)))
        .forEach(result -> vertx.eventBus().publish("stocks.result", result));

    assertThat(google.next().getDouble("price")).isEqualTo(1.5);
    assertThat(apple.next().getDouble("price")).isEqualTo(2.5);
  }

  @Test
  void resultsInTextOrBytesArePublished() throws Exception {
    AddressListener google = new AddressListener(vertx, "stocks.GOOG");
    String text = new JsonArray().add(goog()).encode();

    vertx.eventBus().publish("stocks.result", text);
    vertx.eventBus().publish("stocks.result", Buffer.buffer(text));
    await(vertx.eventBus().request("stocks.result", text));

    for (int times = 0; times < 3; times++) {
      JsonObject quote = google.next();
      assertThat(quote.fieldNames()).containsExactly("symbol", "price", "time");
      assertThat(quote.getDouble("price")).isEqualTo(1.5);
    }
  }

  @Test
  void missingPricesAreReportedToTheClient() throws Exception {
    market.open(false);

    client.ask("{\"stocks\":[\"AAPL\"]}");

    assertThat(client.take())
        .hasToString(
            "{\"type\":\"error\",\"code\":503,\"message\":\"there are no prices at the moment\"}");
    market.open(true);
    assertThat(client.take()).hasToString("{\"AAPL\":95.0}");
  }

  @Test
  void onlyWatchedStocksAreRequested() throws Exception {
    client.ask("{\"stocks\":[\"AAPL\"]}");
    client.take();
    await(client.close());

    EndpointClient other = new EndpointClient(vertx, "stocks");
    other.ask("{\"stocks\":[\"GOOG\"]}");
    other.take();
    other.take();
    market.asked.clear();

    until(() -> market.asked.size() > 2);
    assertThat(market.asked).allMatch(List.of("GOOG")::equals);
  }

  @Test
  void manySymbolsAreRequestedInParts() throws Exception {
    client.ask(symbols(100));
    new EndpointClient(vertx, "stocks").ask("{\"stocks\":[\"AAPL\",\"GOOG\"]}");

    until(() -> market.asked.stream().mapToInt(List::size).sum() >= 102);
    assertThat(market.asked).allMatch(symbols -> symbols.size() <= 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 9, 25_001})
  void invalidIntervalIsRefused(int interval) {
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

  private static JsonObject aapl(double price) {
    return new JsonObject().put("symbol", "AAPL").put("price", price);
  }

  private static JsonObject goog() {
    return new JsonObject().put("symbol", "GOOG").put("price", 1.5);
  }

  private Double last(String symbol) {
    try {
      return await(askLast("stocks." + symbol)).getDouble("price");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Future<JsonObject> askLast(String channel) {
    return vertx.eventBus().<JsonObject>request("quotes.last", channel).map(Message::body);
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
