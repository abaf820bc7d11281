package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prices from a web service that answers with JSON. Owned by the event loop of {@link
 * QuoteVerticle}.
 *
 * <p>Configuration:
 *
 * <p>{@code url}: {@code https://x.example/quote?of={symbol}} for one request for each stock. With
 * {@code {symbols}} (AAPL,MSFT) it is one request for all stocks.
 *
 * <p>{@code price}: a JSON pointer (RFC 6901) to the price, {@code /{symbol}/price}. If nothing is
 * there, or the status is 404, the symbol is unknown.
 *
 * <p>{@code headers}: headers of the request, such as a key for the service.
 *
 * <p>{@code timeout}: milliseconds, 100 to 60,000; the default is 5,000.
 *
 * <p>{@code rate}: requests a second, 1 to 1,000; the default is 10. A request that would wait
 * longer than the time-out is left out.
 *
 * <p>{@code max-size}: bytes of an answer; the default is 65,536.
 *
 * <p>The URL and the headers may contain secrets, so they are never logged.
 */
final class HttpQuotes implements QuoteSource {
  private static final String ONE = "{symbol}";
  private static final String ALL = "{symbols}";
  private static final int MOST_CONNECTIONS = 10;
  private static final int MOST_WAITING = 1000;

  private final Vertx vertx;
  private final SkipLog skipped;
  private final HttpClient client;
  private final String url;
  private final String pointer;
  private final JsonObject headers;
  private final int timeoutMillis;
  private final int rate;
  private final int mostBytes;

  /** The time of the next request, in {@link System#nanoTime}. */
  private long nextNanos = System.nanoTime();

  /**
   * Makes a source.
   *
   * @throws IllegalArgumentException with the key that is wrong
   */
  HttpQuotes(Vertx vertx, JsonObject config, SkipLog skipped) {
    Settings settings = new Settings("QuoteVerticle: http", config);
    settings.only("url", "price", "headers", "timeout", "rate", "max-size");
    this.vertx = vertx;
    this.skipped = skipped;
    this.url = settings.text("url", "");
    this.pointer = settings.text("price", "/price");
    this.headers = Optional.ofNullable(settings.object("headers")).orElseGet(JsonObject::new);
    this.timeoutMillis = settings.number("timeout", 5000, 100, 60_000, " milliseconds");
    this.rate = settings.number("rate", 10, 1, 1000, " a second");
    this.mostBytes = settings.number("max-size", 65_536, 16, 1 << 24, " bytes");
    settings.require(isTemplate(url), "url must be like https://x.example/{symbol}");
    settings.require(
        !url.contains(ALL) || pointer.contains(ONE), "price must have {symbol}, as url has all");
    settings.require(isPointer(pointer), "price must be a JSON pointer like /data/price");
    settings.require(
        headers.stream().allMatch(header -> header.getValue() instanceof String),
        "headers must be names and text");
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(timeoutMillis)
                .setDecompressionSupported(true),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
  }

  private static boolean isTemplate(String url) {
    try {
      URI uri = URI.create(url.replace(ALL, "X").replace(ONE, "X"));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null && (url.contains(ONE) || url.contains(ALL));
    } catch (IllegalArgumentException notUri) {
      return false;
    }
  }

  private static boolean isPointer(String pointer) {
    try {
      JsonPointer.from(pointer.replace(ONE, "X"));
      return true;
    } catch (IllegalArgumentException notPointer) {
      return false;
    }
  }

  @Override
  public Future<List<Quote>> quotes(Collection<String> symbols) {
    if (url.contains(ALL)) {
      return symbols.isEmpty() ? Future.succeededFuture(List.of()) : ask(symbols);
    }
    List<Future<List<Quote>>> asked = symbols.stream().map(symbol -> ask(List.of(symbol))).toList();
    return Future.all(asked)
        .map(all -> all.<List<Quote>>list().stream().flatMap(List::stream).toList());
  }

  /** Will send a request when the rate allows it. Stocks without a price are left out. */
  private Future<List<Quote>> ask(Collection<String> symbols) {
    long now = System.nanoTime();
    long turn = Math.max(now, nextNanos);
    long wait = TimeUnit.NANOSECONDS.toMillis(turn - now);
    if (wait > timeoutMillis) {
      skipped.add("prices are left out: their requests would exceed the rate");
      return Future.succeededFuture(List.of());
    }
    nextNanos = turn + TimeUnit.SECONDS.toNanos(1) / rate;
    Future<?> due = wait == 0 ? Future.succeededFuture() : vertx.timer(wait);
    return due.compose(nothing -> request(symbols))
        .onFailure(cause -> skipped.add("a web service gives no prices: " + kind(cause)))
        .otherwise(List.of());
  }

  private Future<List<Quote>> request(Collection<String> symbols) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(
                url.replace(
                        ALL,
                        symbols.stream().map(HttpQuotes::encode).collect(Collectors.joining(",")))
                    .replace(ONE, encode(symbols.iterator().next())))
            .putHeader("Accept", "application/json")
            .setConnectTimeout(timeoutMillis)
            .setTimeout(timeoutMillis)
            .setFollowRedirects(false);
    headers.forEach(header -> options.putHeader(header.getKey(), (String) header.getValue()));
    return client
        .request(options)
        .compose(
            request ->
                request
                    .send()
                    .compose(this::body)
                    .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                    .onFailure(cause -> request.reset()))
        .map(body -> quotes(symbols, body));
  }

  private static String encode(String symbol) {
    return URLEncoder.encode(symbol, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Will return the body; null if the service does not know the stock. Every answer is read, up to
   * the limit.
   */
  private Future<@Nullable Buffer> body(HttpClientResponse response) {
    int status = response.statusCode();
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response
        .handler(
            bytes -> {
              if (body.length() + bytes.length() > mostBytes) {
                whole.tryFail(new NoPrices("its answer is larger than max-size"));
              } else {
                body.appendBuffer(bytes);
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(end -> whole.tryComplete(body));
    return whole
        .future()
        .map(
            read -> {
              if (status != 200 && status != 404) {
                throw new NoPrices("status " + status);
              }
              return status == 404 ? null : read;
            });
  }

  private List<Quote> quotes(Collection<String> symbols, @Nullable Buffer body) {
    if (body == null) {
      return symbols.stream().map(Quote::unknown).toList();
    }
    Object json = StockRequest.decode(body);
    if (!(json instanceof JsonObject || json instanceof JsonArray)) {
      throw new NoPrices("its answer is not a JSON object or array");
    }
    List<Quote> quotes = new ArrayList<>();
    for (String symbol : symbols) {
      String escaped = symbol.replace("~", "~0").replace("/", "~1");
      Object found = JsonPointer.from(pointer.replace(ONE, escaped)).queryJson(json);
      Double price = price(found);
      if (found == null) {
        quotes.add(Quote.unknown(symbol));
      } else if (price != null) {
        quotes.add(Quote.of(symbol, price));
      } else {
        skipped.add("a web service gives no prices: what its answer has there is no price");
      }
    }
    return quotes;
  }

  /**
   * Returns the price in a number, or in a text with a number, as many services have it; null for
   * anything else.
   */
  private static @Nullable Double price(Object found) {
    try {
      double price =
          found instanceof Number number
              ? number.doubleValue()
              : found instanceof String text ? Double.parseDouble(text) : Double.NaN;
      return Double.isFinite(price) ? price : null;
    } catch (NumberFormatException notNumber) {
      return null;
    }
  }

  private static String kind(Throwable cause) {
    return cause instanceof NoPrices
        ? String.valueOf(cause.getMessage())
        : cause.getClass().getSimpleName();
  }

  /** The reason why there are no prices, in words without any text of the service. */
  private static final class NoPrices extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoPrices(String why) {
      super(why, null, false, false);
    }
  }
}
