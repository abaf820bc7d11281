package io.busbar.feature;

import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests prices from a web service. The path tells the service what a test needs. */
@ExtendWith(VertxExtension.class)
class HttpQuotesTest {
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final SkipLog skipped = new SkipLog(HttpQuotesTest.class);
  private Vertx vertx;
  private HttpServer server;

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    this.vertx = vertx;
    server = vertx.createHttpServer().requestHandler(this::serve);
    await(server.listen(0, "127.0.0.1"));
  }

  private void serve(HttpServerRequest request) {
    asked.add(request.uri() + " " + request.getHeader("X-Key"));
    HttpServerResponse response = request.response();
    switch (request.path()) {
      case "/good/AAPL" -> response.end("{\"data\":{\"price\":149.34}}");
      case "/good/A%2FB%26C" -> response.end("{\"data\":{\"price\":\"2.5\"}}");
      case "/good/EMPTY" -> response.end("{\"data\":{}}");
      case "/good/HANGS" -> {}
      case "/good/BROKEN" -> response.setStatusCode(500).end("{\"data\":{\"price\":1}}");
      case "/all" -> response.end("{\"AAPL\":{\"p\":1.5},\"GOOG\":{\"p\":2},\"BAD\":{\"p\":[]}}");
      case "/drip" -> response.setChunked(true).write("{\"price\":");
      case "/garbage" -> response.end("<html>");
      case "/number" -> response.end("42");
      case "/bytes" -> response.end(Buffer.buffer(new byte[] {-1, -2, 0}));
      case "/large" -> response.end("{\"price\":1,\"x\":\"" + "x".repeat(100_000) + "\"}");
      case "/endless" -> writeEndlessly(response.setChunked(true));
      case "/cut" ->
          response.setChunked(true).write("{").onComplete(w -> request.connection().close());
      case "/moved" -> response.setStatusCode(302).putHeader("Location", "/good/AAPL").end();
      default -> response.setStatusCode(404).end();
    }
  }

  /** Writes until the client has closed the connection. */
  private static void writeEndlessly(HttpServerResponse response) {
    response.write(" ".repeat(10_000)).onSuccess(written -> writeEndlessly(response));
  }

  @Test
  void eachStockIsRequestedAndItsPriceFoundByPointer() throws Exception {
    assertThat(texts("/good/{symbol}?key=k", "/data/price", "AAPL", "A/B&C", "EMPTY", "NONE"))
        .containsExactly(
            "{\"symbol\":\"AAPL\",\"price\":149.34}",
            "{\"symbol\":\"A/B&C\",\"price\":2.5}",
            "{\"symbol\":\"EMPTY\",\"error\":\"unknown symbol\"}",
            "{\"symbol\":\"NONE\",\"error\":\"unknown symbol\"}");
    assertThat(asked).contains("/good/A%2FB%26C?key=k secret");
    assertThat(skipped.count()).isZero();
  }

  @Test
  void allStocksAreRequestedAtOnce() throws Exception {
    assertThat(texts("/all?of={symbols}", "/{symbol}/p", "AAPL", "GOOG", "FOO", "BAD"))
        .containsExactly(
            "{\"symbol\":\"AAPL\",\"price\":1.5}",
            "{\"symbol\":\"GOOG\",\"price\":2.0}",
            "{\"symbol\":\"FOO\",\"error\":\"unknown symbol\"}");
    assertThat(asked).containsExactly("/all?of=AAPL,GOOG,FOO,BAD secret");
    assertThat(skipped.count()).isEqualTo(1);
  }

  @Test
  void hangingAndFailingRequestsAreSkipped() throws Exception {
    assertThat(texts("/good/{symbol}", "/data/price", "HANGS", "BROKEN", "AAPL"))
        .containsExactly("{\"symbol\":\"AAPL\",\"price\":149.34}");
    assertThat(skipped.count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/drip", "/garbage", "/number", "/bytes", "/large", "/endless", "/cut", "/moved"})
  void invalidAnswerIsSkippedAndCounted(String path) throws Exception {
    assertThat(texts(path + "?{symbol}", "/price", "AAPL")).isEmpty();
    assertThat(skipped.count()).isEqualTo(1);
  }

  @Test
  void missingServerIsCounted() throws Exception {
    int port = server.actualPort();
    await(server.close());
    HttpQuotes quotes = new HttpQuotes(vertx, config(port, "/{symbol}", "/price"), skipped);

    assertThat(await(quotes.quotes(List.of("AAPL")))).isEmpty();

    assertThat(skipped.count()).isEqualTo(1);
  }

  @Test
  void requestsOverTheRateAreSkippedAfterTheTimeout() throws Exception {
    JsonObject config = config(server.actualPort(), "/good/AAPL?{symbol}", "/data/price");
    HttpQuotes quotes = new HttpQuotes(vertx, config.put("rate", 1).put("timeout", 100), skipped);

    assertThat(await(quotes.quotes(List.of("A", "B", "C")))).hasSizeLessThanOrEqualTo(1);

    assertThat(asked).hasSize(1);
    assertThat(skipped.count()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void daemonPublishesPricesOfAWebService() throws Exception {
    AddressListener listener = new AddressListener(vertx, "told");
    JsonObject http = config(server.actualPort(), "/good/{symbol}", "/data/price");
    await(
        vertx.deployVerticle(
            new QuoteVerticle(),
            new DeploymentOptions().setConfig(new JsonObject().put("http", http))));
    vertx
        .eventBus()
        .<JsonArray>consumer(
            "stocks.result",
            message -> vertx.eventBus().publish("told", message.body().getJsonObject(0)));

    vertx.eventBus().send("stocks.work", "{\"stocks\":[\"AAPL\"]}");

    assertThat(listener.next()).hasToString("{\"symbol\":\"AAPL\",\"price\":149.34}");
  }

  private List<String> texts(String path, String pointer, String... symbols) throws Exception {
    HttpQuotes quotes = new HttpQuotes(vertx, config(server.actualPort(), path, pointer), skipped);
    return await(quotes.quotes(Arrays.asList(symbols))).stream()
        .map(quote -> quote.toResult().encode())
        .toList();
  }

  private static JsonObject config(int port, String path, String pointer) {
    return new JsonObject()
        .put("url", "http://127.0.0.1:" + port + path)
        .put("price", pointer)
        .put("headers", new JsonObject().put("X-Key", "secret"))
        .put("timeout", 1000)
        .put("rate", 1000);
  }
}
