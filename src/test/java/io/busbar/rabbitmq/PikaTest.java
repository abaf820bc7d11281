package io.busbar.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.Prerequisites;
import io.busbar.TestGateway;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tests Python's pika with a page and a STOMP client, through RabbitMQ and the gateway. */
final class PikaTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final long SECONDS = 60;

  private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> stompHeard = new LinkedBlockingQueue<>();

  @Test
  void pikaExchangesMessagesWithPageAndStompClient() throws Exception {
    assumePika();
    Broker broker = Broker.any();
    broker.assumeRabbitMq();
    String uri = broker.uri();
    String routes =
        "[{exchange: prices, binding: 'stock.#', address: 'public.{routing-key.2}'},"
            + " {address: public.out, routing-key: from.page}]";
    try (TestGateway gateway =
        TestGateway.start("rabbitmq.uri=" + uri, "rabbitmq.routes=" + routes)) {
      Awaitility.await().atMost(Bridge.PATIENCE).until(() -> isOpen(gateway));
      WebSocketClient client = gateway.vertx().createWebSocketClient();
      WebSocket page =
          TestGateway.await(client.connect(gateway.httpPort(), "127.0.0.1", "/eventbus/websocket"));
      page.handler(frame -> received.add(frame.toJsonObject()));
      page.writeTextMessage("{\"type\":\"register\",\"address\":\"public.AAPL\"}");
      WebSocket stomp =
          TestGateway.await(client.connect(gateway.httpPort(), "127.0.0.1", "/stomp"));
      stomp.textMessageHandler(stompHeard::add);
      stomp.writeTextMessage("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
      stomp.writeTextMessage("SUBSCRIBE\nid:1\nreceipt:s\ndestination:/topic/public.AAPL\n\n\0");
      assertThat(nextStompFrame()).startsWith("CONNECTED\n");
      assertThat(nextStompFrame()).startsWith("RECEIPT\n");
      Awaitility.await()
          .atMost(Bridge.PATIENCE)
          .until(() -> gateway.counters().subscriptionCount() == 2);

      Process pika =
          new ProcessBuilder(PYTHON, "src/test/python/pika_client.py", uri)
              .redirectErrorStream(true)
              .start();
      JsonObject price = next();
      assertThat(price.getJsonObject("body").getDouble("price")).isEqualTo(149.34);
      assertThat(price.getJsonObject("headers").getString("source")).isEqualTo("pika");
      assertThat(nextStompFrame())
          .startsWith("MESSAGE\n")
          .contains("\nsource:pika\n", "\ncontent-type:application/json\n")
          .contains("{\"symbol\":\"AAPL\",\"price\":149.34}");

      page.writeTextMessage(
          "{\"type\":\"send\",\"address\":\"public.out\",\"replyAddress\":\"r\","
              + "\"body\":{\"hello\":\"pika\"}}");
      JsonObject confirmed = next();
      assertThat(confirmed.getString("address")).isEqualTo("r");
      assertThat(confirmed.getString("type")).isNotEqualTo("err");
      String said = new String(pika.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said.strip()).isEqualTo("ok");
      TestGateway.await(client.close());
    } finally {
      broker.deleteExchange("prices");
      broker.deleteQueues("from.page");
    }
  }

  private static boolean isOpen(TestGateway gateway) {
    return Bridge.status(gateway.bus()).getJsonArray("routes").stream()
        .allMatch(route -> ((JsonObject) route).getBoolean("open"));
  }

  private JsonObject next() throws InterruptedException {
    JsonObject frame = received.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(frame).as("a frame").isNotNull();
    return frame;
  }

  private String nextStompFrame() throws InterruptedException {
    String frame = stompHeard.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(frame).as("a STOMP frame").isNotNull();
    return frame;
  }

  private static void assumePika() throws Exception {
    boolean there;
    try {
      Process probe = new ProcessBuilder(PYTHON, "-c", "import pika").start();
      there = probe.waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    String missing = PYTHON + " has no pika: pika_client.py is not run";
    Prerequisites.assume(there, missing);
  }
}
