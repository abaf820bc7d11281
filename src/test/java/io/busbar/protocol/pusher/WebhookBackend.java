package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Validity;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The backend of an app, which receives webhook events and reads them with Pusher's Java library.
 * Any thread may use it.
 */
final class WebhookBackend implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final List<JsonObject> receivedEvents = new CopyOnWriteArrayList<>();
  private final List<Validity> signed = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  WebhookBackend() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  /** Returns the config of app 3 with a webhook for those events, separated by commas. */
  String app(String events) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    return "{id: '3', key: demo-key, secret: demo-secret, webhooks: [{url: '%s', events: [%s]}]}"
        .formatted(url, events);
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    try (Pusher library = new Pusher("3", "demo-key", "demo-secret")) {
      signed.add(
          library.validateWebhookSignature(
              exchange.getRequestHeaders().getFirst("X-Pusher-Key"),
              exchange.getRequestHeaders().getFirst("X-Pusher-Signature"),
              body));
    } catch (Exception e) {
      throw new IOException(e);
    }
    JsonObject said = new JsonObject(body);
    assertThat(said.getLong("time_ms")).isPositive();
    said.getJsonArray("events").forEach(each -> receivedEvents.add((JsonObject) each));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** Returns all received events in order. */
  List<JsonObject> receivedEvents() {
    return receivedEvents;
  }

  /** Returns the library's verdict on each request. */
  List<Validity> signed() {
    return signed;
  }

  /**
   * Will return when it has received all of these events.
   *
   * @param events JSON with single quotes
   */
  void awaitTold(String... events) {
    List<JsonObject> wanted =
        Stream.of(events).map(each -> new JsonObject(each.replace('\'', '"'))).toList();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(receivedEvents).containsAll(wanted));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
