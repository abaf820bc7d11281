package io.busbar.feature;

import static io.busbar.feature.EndpointClient.refusal;
import static io.busbar.feature.Waiting.MOST_SECONDS;
import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the price feature on its addresses, with the random walk. */
@ExtendWith(VertxExtension.class)
class QuoteVerticleTest {
  private static final String RESULT =
      "[{\"symbol\":\"AAPL\",\"price\":95.0},{\"symbol\":\"X\",\"error\":\"unknown symbol\"}]";

  private final BlockingQueue<Object> results = new LinkedBlockingQueue<>();
  private Vertx vertx;

  @BeforeEach
  void listen(Vertx vertx) throws Exception {
    this.vertx = vertx;
    await(
        vertx
            .eventBus()
            .consumer("stocks.result", message -> results.add(message.body()))
            .completion());
  }

  @ParameterizedTest
  @MethodSource("work")
  void workIsAnsweredOnTheResultAddress(Object work) throws Exception {
    deploy("{}");

    vertx.eventBus().send("stocks.work", work);

    assertThat(result()).hasToString(RESULT);
  }

  static Stream<Object> work() {
    String text = "{\"stocks\":[\"AAPL\",\"X\"]}";
    return Stream.of(new JsonObject(text), text, Buffer.buffer(text));
  }

  @Test
  void requestIsAnsweredWithTheSameResult() throws Exception {
    deploy("{}");

    Object answer =
        await(vertx.eventBus().request("stocks.work", "{\"stocks\":[\"AAPL\",\"X\"]}")).body();

    assertThat(answer).hasToString(RESULT);
    assertThat(result()).hasToString(RESULT);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedWorkIsRefusedAndTheNextIsDone(Object work) throws Exception {
    deploy("{}");

    assertThat(refusal(vertx.eventBus().request("stocks.work", work))).startsWith("400 ");
    vertx.eventBus().send("stocks.work", work);
    vertx.eventBus().send("stocks.work", new JsonObject("{\"stocks\":[]}"));
    vertx.eventBus().send("stocks.work", new JsonObject("{\"stocks\":[\"AAPL\",\"X\"]}"));

    assertThat(result()).hasToString(RESULT);
  }

  static Stream<Object> malformed() {
    return Stream.of(
        "",
        "{\"stocks\":",
        "[]",
        7,
        new JsonArray(),
        new JsonObject(),
        new JsonObject("{\"stocks\":[1]}"),
        new JsonObject("{\"stocks\":[\"work\"]}"),
        new JsonObject("{\"stocks\":[\"A B\"]}"),
        new JsonObject("{\"stocks\":[\"A23456789012345678901\"]}"),
        new JsonObject().put("stocks", new JsonArray(Collections.nCopies(1001, "A"))),
        Buffer.buffer(new byte[] {-1, 0, 1}));
  }

  @Test
  void severalDaemonsShareTheWorkAndThePrices() throws Exception {
    await(KeptQuotes.open(vertx).compose(kept -> kept.keep(new Quote("AAPL", 95, null, 1))));
    deploy("{}");
    deploy("{\"prices\":{\"AAPL\":7}}");

    for (int times = 0; times < 4; times++) {
      await(vertx.eventBus().request("stocks.work", new JsonObject("{\"stocks\":[\"AAPL\"]}")));
    }

    for (int times = 0; times < 4; times++) {
      assertThat(price(result())).isCloseTo(95, offset(1.5 * 4 + 0.01));
    }
  }

  @Test
  void stocksAndAddressesAreConfigurable() throws Exception {
    deploy("{\"prices\":{\"ACME\":12.5},\"work\":\"w\",\"result\":\"r\"}");
    await(vertx.eventBus().consumer("r", message -> results.add(message.body())).completion());

    vertx.eventBus().send("w", "{\"stocks\":[\"ACME\"]}");

    assertThat(result()).hasToString("[{\"symbol\":\"ACME\",\"price\":12.5}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"price":{}}           | QuoteVerticle: price is not one of prices, http, work, result
          {"prices":{"A":0}}     | prices must be symbols with prices from 0.01, not A: 0
          {"prices":{"a b":1}}   | prices must be symbols with prices from 0.01, not a b: 1
          {"prices":[]}          | QuoteVerticle: prices must be keys and values
          {"work":""}            | QuoteVerticle: work must be text
          {"http":{}}            | QuoteVerticle: http: url must be text
          {"http":{"url":"/"}}   | QuoteVerticle: http: url must be like https://x.example/{symbol}
          {"http":{"url":"http://h/{symbol}","timeout":5}} | QuoteVerticle: http: timeout must be from 100 to 60000 milliseconds, not 5
          {"http":{"url":"http://h/{symbol}","price":"p"}} | QuoteVerticle: http: price must be a JSON pointer like /data/price
          {"http":{"url":"http://h/{symbols}"}} | QuoteVerticle: http: price must have {symbol}, as url has all
          {"http":{"url":"http://h/{symbol}","headers":{"a":1}}} | QuoteVerticle: http: headers must be names and text
          """)
  void invalidConfigurationIsRefused(String config, String words) {
    assertThatThrownBy(() -> deploy(config)).hasMessageContaining(words);
  }

  private void deploy(String config) throws Exception {
    DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject(config));
    await(vertx.deployVerticle(new QuoteVerticle(), options));
  }

  private Object result() throws Exception {
    Object result = results.poll(MOST_SECONDS, TimeUnit.SECONDS);
    if (result == null) {
      throw new AssertionError("no result");
    }
    return result;
  }

  private static double price(Object result) {
    return ((JsonArray) result).getJsonObject(0).getDouble("price");
  }
}
