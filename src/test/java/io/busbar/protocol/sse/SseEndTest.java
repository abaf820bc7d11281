package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.busbar.TestGateway;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.sse.EventParser.Event;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of streams by the gateway. */
final class SseEndTest {
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: public.a, allow: [subscribe]}]", "sse.retry=100ms");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private EventStream open(String query) {
    try {
      return EventStream.open(gateway.httpPort(), query);
    } catch (EventStream.Refused e) {
      throw new AssertionError(e);
    }
  }

  private EventStream.Refused refused(String query, String... headers) {
    return catchThrowableOfType(
        EventStream.Refused.class,
        () -> EventStream.open(gateway.httpPort(), query, headers).close());
  }

  private void close(Disconnect why) {
    TestGateway.await(gateway.hub().close(why, Duration.ZERO));
  }

  @Test
  void endedClientThatReconnectsGetsNoContent() {
    try (EventStream stream = open("?channel=public.a")) {
      close(Disconnect.ENDED);
      Event last = stream.next();
      assertThat(last.name()).isEqualTo("busbar-close");
      assertThat(new JsonObject(last.data()).getBoolean("retry")).isFalse();
      assertThat(stream.next().name()).isEqualTo("(end)");
      assertThat(refused("?channel=public.a", "Last-Event-ID", last.lastId()).status())
          .isEqualTo(204);
      assertThat(refused("?channel=public.a&lastEventId=" + last.lastId()).status()).isEqualTo(204);
    }
  }

  /** An EventSource does not reconnect after an error response, so it gets a stream that ends. */
  @Test
  void connectionDuringShutdownGetsAStreamThatEnds() {
    close(Disconnect.SHUTDOWN);
    try (EventStream stream = open("?channel=public.a")) {
      Event last = stream.next();
      assertThat(new JsonObject(last.data()))
          .isEqualTo(
              new JsonObject()
                  .put("code", 1001)
                  .put("reason", "server is stopping")
                  .put("retry", true));
      assertThat(last.lastId()).isEmpty();
      assertThat(stream.next().name()).isEqualTo("(end)");
      assertThat(stream.parser().retry()).isNotEmpty();
    }
  }

  @Test
  void http11ConnectionIsReusableAfterAStream() throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer = http.get("/events?channel=public.a");
      assertThat(answer.chunk()).startsWith("retry: ");
      close(Disconnect.SHUTDOWN);
      assertThat(answer.body()).contains("event: busbar-close");
      assertThat(http.get("/").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "keep-alive"})
  void http10StreamEndsWithItsConnection(String connection) throws IOException {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      http.sendAs("HTTP/1.0", "GET", "/events?channel=public.a", null, "Connection: " + connection);
      RawHttp.Answer answer = http.answer();
      assertThat(answer.isChunked()).isFalse();
      assertThat(http.read(12)).matches("retry: 1\\d\\d\n\n");
      gateway.bus().publish("public.a", "hello");
      assertThat(http.read(13)).isEqualTo("data: hello\n\n");
      close(Disconnect.SHUTDOWN);
      assertThat(answer.body()).startsWith("event: busbar-close\ndata: {");
    }
  }
}
