package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Hub;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sse.EventParser.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The content of a stream, and the responses without a stream. */
final class SseStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
                + " {address: 'mine.{user}', authenticated: true, allow: [subscribe]}]",
            "limits.subscriptions=3",
            "sse.heartbeat=1s",
            "sse.retry=100ms");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static EventStream open(String query, String... headers) {
    try {
      return EventStream.open(gateway.httpPort(), query, headers);
    } catch (EventStream.Refused e) {
      throw new AssertionError(e);
    }
  }

  private static EventStream.Refused refused(String query, String... headers) {
    return catchThrowableOfType(
        EventStream.Refused.class,
        () -> EventStream.open(gateway.httpPort(), query, headers).close());
  }

  private static void publish(String address, Object body) {
    gateway.bus().publish(address, body);
  }

  private static void publish(String name, String address, Object body) {
    gateway.bus().publish(address, body, new DeliveryOptions().addHeader("name", name));
  }

  @Test
  void headersPreventCachingAndBuffering() {
    try (EventStream stream = open("?channel=public.a")) {
      assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
      assertThat(stream.header("Cache-Control")).isEqualTo("no-store, no-transform");
      assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
      assertThat(stream.header("Content-Encoding")).isEmpty();
    }
  }

  @Test
  void eventDataIsTheBodyOnly() {
    try (EventStream stream = open("?channel=public.a&channel=public.b")) {
      publish("public.a", new JsonObject().put("n", new JsonArray().add(1).addNull()));
      assertThat(stream.next()).isEqualTo(new Event("message", "{\"n\":[1,null]}", ""));
      publish("public.b", "<p>\n  \"hello\"\n</p>");
      assertThat(stream.next().data()).isEqualTo("<p>\n  \"hello\"\n</p>");
      publish("public.b", Buffer.buffer(new byte[] {0, (byte) 0xFB, (byte) 0xFF}));
      assertThat(Base64.getUrlDecoder().decode(stream.next().data()))
          .isEqualTo(new byte[] {0, (byte) 0xFB, (byte) 0xFF});
      publish("public.a", 42);
      assertThat(stream.next().data()).isEqualTo("42");
    }
  }

  @Test
  void nameHeaderIsTheNameOfTheEvent() {
    try (EventStream stream = open("?channel=public.a")) {
      publish("price", "public.a", 1);
      assertThat(stream.next().name()).isEqualTo("price");
      publish("a\ndata: evil\n\n", "public.a", 2);
      assertThat(stream.next()).isEqualTo(new Event("a data: evil  ", "2", ""));
    }
  }

  /** A page would take these names for events of its connection, or of the gateway. */
  @ParameterizedTest
  @ValueSource(strings = {"error", "open", "busbar-close", "Busbar-Open", ""})
  void reservedEventNameIsReplaced(String name) {
    try (EventStream stream = open("?channel=public.a")) {
      publish(name, "public.a", 1);
      assertThat(stream.next().name()).isEqualTo("message");
    }
  }

  @Test
  void eventsMayBeNamedAfterTheirChannels() {
    try (EventStream stream = open("?channel=public.*&format=channel")) {
      publish("price", "public.a", 1);
      publish("public.b", 2);
      assertThat(stream.next().name()).isEqualTo("public.a");
      assertThat(stream.next().name()).isEqualTo("public.b");
    }
  }

  @Test
  void envelopeContainsChannelBodyAndHeaders() {
    try (EventStream stream = open("?channel=public.a&format=envelope")) {
      Event first = stream.next();
      assertThat(first.name()).isEqualTo("busbar-open");
      assertThat(new JsonObject(first.data()).getString("session")).hasSize(73);
      publish("price", "public.a", "a\nb");
      Event event = stream.next();
      assertThat(event.name()).isEqualTo("message");
      assertThat(new JsonObject(event.data()))
          .isEqualTo(
              new JsonObject()
                  .put("channel", "public.a")
                  .put("body", "a\nb")
                  .put("headers", new JsonObject().put("name", "price")));
    }
  }

  @Test
  void repeatedChannelIsSubscribedOnce() {
    try (EventStream stream = open("?channel=public.a&channel=public.a")) {
      publish("public.a", 1);
      publish("public.a", 2);
      assertThat(stream.next().data()).isEqualTo("1");
      assertThat(stream.next().data()).isEqualTo("2");
    }
  }

  @Test
  void idleStreamSendsComments() {
    try (EventStream stream = open("?channel=public.a")) {
      await().atMost(PATIENCE).until(() -> stream.parser().comments() >= 2);
      assertThat(Integer.parseInt(stream.parser().retry())).isBetween(100, 199);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                       | 400 | bad_request
          ?channel=                                | 400 | bad_request
          ?channel=public.a&format=xml             | 400 | bad_request
          ?channel=public.a&channel=secret         | 403 | access_denied
          ?channel=public.a&channel=mine.ann       | 401 | not_logged_in
          ?channel=%23                             | 403 | access_denied
          ?channel=public.1&channel=public.2&channel=public.3&channel=public.4 | 429 | max_handlers_reached
          """)
  void invalidSubscriptionIsRefusedBeforeTheStreamStarts(String query, int status, String code) {
    EventStream.Refused refused = refused(query);
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.body().getString("error")).isEqualTo(code);
    assertThat(refused.body().getString("message")).isNotBlank();
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 0);
    assertThat(gateway.counters().subscriptionCount()).isZero();
  }

  @Test
  void tooLongAddressIsRefused() {
    EventStream.Refused refused = refused("?channel=public." + "a".repeat(200));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().getString("error")).isEqualTo("max_address_length_reached");
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, 406",
    "text/event-stream;q=0, 406",
    "'text/html, */*;q=0.8', 200",
    "text/event-stream, 200",
    "text/*, 200"
  })
  void clientThatAcceptsNoEventStreamIsRefused(String accept, int status) throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      assertThat(http.get("/events?channel=public.a", "Accept: " + accept).status())
          .isEqualTo(status);
    }
  }

  @Test
  void otherMethodsAreNotAllowed() throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer = http.send("DELETE", "/events?channel=public.a", null).answer();
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo("GET, OPTIONS, POST");
      assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("bad_method");
    }
  }

  @Test
  void preflightIsAnswered() throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      String[] headers = {
        "Origin: http://127.0.0.1", "Access-Control-Request-Headers: last-event-id, authorization"
      };
      RawHttp.Answer answer = http.send("OPTIONS", "/events", null, headers).answer();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET, OPTIONS, POST");
      assertThat(answer.header("Access-Control-Allow-Headers")).contains("last-event-id");
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://127.0.0.1");
    }
  }

  @Test
  void foreignOriginIsRefused() throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      String origin = "Origin: https://evil.example";
      RawHttp.Answer answer = http.get("/events?channel=public.a", origin);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).contains("http.origins");
      assertThat(http.post("/events", "{}", origin).status()).isEqualTo(403);
    }
  }

  @Test
  void clientThatDisconnectsDuringItsLoginHasNoSession() throws Exception {
    String login =
        "Basic " + Base64.getEncoder().encodeToString("demo:demo".getBytes(StandardCharsets.UTF_8));
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
    for (int i = 0; i < 3; i++) {
      RawHttp http = new RawHttp(gateway.httpPort());
      http.send("GET", "/events?channel=mine.demo", null, "Authorization: " + login);
      http.reset();
    }
    try (EventStream stream =
        EventStream.open(gateway.httpPort(), "?channel=mine.demo", "Authorization", login)) {
      publish("mine.demo", 1);
      assertThat(stream.next().data()).isEqualTo("1");
      await().atMost(PATIENCE).until(() -> gateway.waitingLogins() == 0);
      await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
    }
  }

  @Test
  void sessionsOfAUserCanBeEnded() throws Exception {
    String login =
        "Basic " + Base64.getEncoder().encodeToString("demo:demo".getBytes(StandardCharsets.UTF_8));
    try (EventStream stream =
        EventStream.open(gateway.httpPort(), "?channel=mine.demo", "Authorization", login)) {
      publish("mine.demo", 1);
      assertThat(stream.next().data()).isEqualTo("1");
      gateway.bus().publish(Hub.SESSIONS_END, new JsonObject().put("user", "demo"));
      assertThat(new JsonObject(stream.next().data()).getInteger("code")).isEqualTo(4403);
    }
  }
}
