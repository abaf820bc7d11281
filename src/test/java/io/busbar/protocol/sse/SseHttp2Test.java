package io.busbar.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.SseConfig;
import io.busbar.hub.Disconnect;
import io.busbar.protocol.sse.EventParser.Event;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many streams on one connection. */
final class SseHttp2Test {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private TestGateway gateway;
  private HttpServer server;
  private HttpClient client;

  /** One stream of the connection. */
  private final class Stream {
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final EventParser parser = new EventParser(events::add);
    private final HttpClientRequest request;

    private Stream(String query) {
      request =
          TestGateway.await(
              client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/events" + query));
      HttpClientResponse response =
          TestGateway.await(
              request
                  .send()
                  .onSuccess(
                      answer -> {
                        answer.handler(bytes -> parser.feed(bytes.toString()));
                        answer.endHandler(end -> events.add(new Event("(end)", "", "")));
                        answer.exceptionHandler(reset -> {});
                      }));
      assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(response.statusCode()).isEqualTo(200);
    }

    private Event next() throws InterruptedException {
      Event event = events.poll(20, TimeUnit.SECONDS);
      assertThat(event).as("an event").isNotNull();
      return event;
    }
  }

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    SseConfig config = new SseConfig("/events", Duration.ofSeconds(15), Duration.ofSeconds(2));
    Router router = Router.router(gateway.vertx());
    new SseEndpoint(gateway.vertx(), gateway.hub(), config).mount(router);
    server =
        TestGateway.await(
            gateway
                .vertx()
                .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    client =
        gateway
            .vertx()
            .createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void streamsOfOneConnectionAreIndependent() throws Exception {
    Stream one = new Stream("?channel=public.a");
    Stream two = new Stream("?channel=public.b");
    gateway.bus().publish("public.b", 2);
    gateway.bus().publish("public.a", 1);
    assertThat(one.next().data()).isEqualTo("1");
    assertThat(two.next().data()).isEqualTo("2");
    TestGateway.await(one.request.reset(8));
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
    gateway.bus().publish("public.b", 3);
    assertThat(two.next().data()).isEqualTo("3");
    TestGateway.await(gateway.hub().close(Disconnect.SHUTDOWN, Duration.ZERO));
    assertThat(two.next().name()).isEqualTo("busbar-close");
    assertThat(two.next().name()).isEqualTo("(end)");
  }
}
