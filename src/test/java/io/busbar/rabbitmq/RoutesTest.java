package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests which parts of a message go between RabbitMQ and the bus, each way. */
final class RoutesTest {
  private static Broker broker;

  private final String queue = "q-" + UUID.randomUUID();
  private final BlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();

  @BeforeAll
  static void findBroker() {
    broker = Broker.any();
  }

  @AfterEach
  void deleteQueues() {
    broker.deleteQueues(queue, queue + ".dead");
    broker.deleteExchange("x-" + queue);
  }

  private Message<Object> nextMessage() throws InterruptedException {
    Message<Object> message = received.poll(20, TimeUnit.SECONDS);
    assertThat(message).as("a message in 20 seconds").isNotNull();
    return message;
  }

  private void publish(String exchange, String key, BasicProperties properties, String body) {
    broker.on(
        channel -> {
          channel.basicPublish(exchange, key, properties, body.getBytes(UTF_8));
          return null;
        });
  }

  private static BasicProperties type(String contentType) {
    return new BasicProperties.Builder().contentType(contentType).build();
  }

  private GetResponse get(String from) {
    return await()
        .atMost(Bridge.PATIENCE)
        .until(() -> broker.on(channel -> channel.basicGet(from, true)), got -> got != null);
  }

  @Test
  void contentTypeDecidesTheBody() throws Exception {
    try (Bridge bridge =
        Bridge.start(broker.uri(), "[{queue: " + queue + ", address: a}]").awaitOpen()) {
      bridge.bus().consumer("a", received::add);
      publish("", queue, type("application/json"), "{\"n\":1}");
      publish("", queue, type("text/plain; charset=ISO-8859-1"), "plain");
      publish("", queue, type("image/png"), "bytes");
      publish("", queue, null, "[1]");
      publish("", queue, null, "{no json");
      assertThat(nextMessage().body()).isEqualTo(new JsonObject().put("n", 1));
      assertThat(nextMessage().body()).isEqualTo("plain");
      Message<Object> png = nextMessage();
      assertThat(png.body()).isEqualTo(Buffer.buffer("bytes"));
      assertThat(png.headers().get("content-type")).isEqualTo("image/png");
      assertThat(nextMessage().body().toString()).isEqualTo("[1]");
      assertThat(nextMessage().body()).isEqualTo("{no json");
      bridge.await(b -> b.route(0).getInteger("confirmed") == 5);
    }
  }

  @Test
  void propertiesBecomeHeadersExceptThoseOfASender() throws Exception {
    try (Bridge bridge =
        Bridge.start(broker.uri(), "[{queue: " + queue + ", address: a}]").awaitOpen()) {
      bridge.bus().consumer("a", received::add);
      BasicProperties properties =
          new BasicProperties.Builder()
              .correlationId("c")
              .replyTo("r")
              .messageId("m")
              .timestamp(new java.util.Date(5000))
              .headers(Map.of("user", "root", "Session", "s", "event", "close", "k", 7))
              .build();
      publish("", queue, properties, "x");
      MultiMap headers = nextMessage().headers();
      assertThat(headers.get("correlation-id")).isEqualTo("c");
      assertThat(headers.get("reply-to")).isEqualTo("r");
      assertThat(headers.get("message-id")).isEqualTo("m");
      assertThat(headers.get("timestamp")).isEqualTo("5000");
      assertThat(headers.get("k")).isEqualTo("7");
      assertThat(headers.contains("user")).isFalse();
      assertThat(headers.contains("session")).isFalse();
      assertThat(headers.contains("event")).isFalse();
    }
  }

  @Test
  void routingKeyAndHeadersFormTheAddress() throws Exception {
    String exchange = "x-" + queue;
    String route =
        "[{exchange: %s, binding: 'stock.#', address: 'prices.{routing-key.2}.{header.k}'}]";
    try (Bridge bridge = Bridge.start(broker.uri(), route.formatted(exchange)).awaitOpen()) {
      bridge.bus().consumer("prices.AAPL.v", received::add);
      BasicProperties with = new BasicProperties.Builder().headers(Map.of("k", "v")).build();
      publish(exchange, "stock.AAPL", null, "no header: dropped");
      publish(exchange, "stock.AAPL", with, "here");
      assertThat(nextMessage().body()).isEqualTo("here");
      bridge.await(b -> b.route(0).getInteger("dropped") == 1);
    }
  }

  @Test
  void bodyThatContradictsItsTypeIsADeadLetter() throws Exception {
    String dead = queue + ".dead";
    broker.on(channel -> channel.queueDeclare(dead, false, false, true, null));
    String route = "[{queue: %s, address: a, dead-letter: {routing-key: %s}}]";
    try (Bridge bridge = Bridge.start(broker.uri(), route.formatted(queue, dead)).awaitOpen()) {
      bridge.bus().consumer("a", received::add);
      publish("", queue, type("application/json"), "{broken");
      publish("", queue, type("application/json"), "true");
      assertThat(nextMessage().body()).isEqualTo(true);
      GetResponse deadLettered = get(dead);
      assertThat(new String(deadLettered.getBody(), UTF_8)).isEqualTo("{broken");
      assertThat(deadLettered.getProps().getHeaders().get("x-busbar-reason").toString())
          .isEqualTo("the body of an application/json message is not JSON");
    }
  }

  @Test
  void failingRequestIsRetriedThenDeadLettered() {
    String dead = queue + ".dead";
    broker.on(channel -> channel.queueDeclare(dead, false, false, true, null));
    String route =
        "[{queue: %s, address: a, deliver: request, tries: 3, retry-delay: 10ms,"
            + " dead-letter: {routing-key: %s}}]";
    try (Bridge bridge = Bridge.start(broker.uri(), route.formatted(queue, dead)).awaitOpen()) {
      AtomicInteger asked = new AtomicInteger();
      bridge
          .bus()
          .consumer(
              "a",
              message -> {
                asked.incrementAndGet();
                if (message.body().equals("bad")) {
                  message.fail(500, "cannot");
                } else {
                  message.reply(null);
                }
              });
      publish("", queue, null, "bad");
      publish("", queue, null, "good");
      assertThat(get(dead).getProps().getHeaders().get("x-busbar-reason").toString())
          .contains("tried 3 times")
          .contains("cannot");
      bridge.await(b -> b.route(0).getInteger("confirmed") == 1);
      assertThat(asked.get()).isEqualTo(4);
    }
  }

  @Test
  void senderLearnsWhetherRabbitMqTookTheMessage() {
    broker.assumeRabbitMq();
    String routes =
        "[{address: out, routing-key: %s}, {address: nowhere, exchange: amq.topic,"
            + " routing-key: nobody}]";
    try (Bridge bridge = Bridge.start(broker.uri(), routes.formatted(queue)).awaitOpen()) {
      DeliveryOptions options =
          new DeliveryOptions()
              .addHeader("k", "v")
              .addHeader("correlation-id", "c")
              .addHeader("CC", "other")
              .addHeader("x-delay", "1")
              .addHeader("user-id", "root")
              .addHeader("reply-to", "amq.rabbitmq.reply-to")
              .addHeader("user", "u");
      Bridge.wait(bridge.bus().request("out", new JsonObject().put("a", 1), options));
      GetResponse got = get(queue);
      assertThat(new String(got.getBody(), UTF_8)).isEqualTo("{\"a\":1}");
      assertThat(got.getProps().getContentType()).isEqualTo("application/json");
      assertThat(got.getProps().getCorrelationId()).isEqualTo("c");
      assertThat(got.getProps().getDeliveryMode()).isEqualTo(2);
      assertThat(got.getProps().getUserId()).isNull();
      assertThat(got.getProps().getReplyTo()).isNull();
      assertThat(got.getProps().getHeaders().keySet()).containsExactly("k");

      bridge.bus().publish("out", "published");
      assertThat(new String(get(queue).getBody(), UTF_8)).isEqualTo("published");

      ReplyException refused = refused(bridge, "nowhere", "x");
      assertThat(refused.failureCode()).isEqualTo(404);
      assertThat(refused.getMessage()).isEqualTo("no queue of RabbitMQ takes the message");
      assertThat(bridge.route(1).getInteger("returned")).isEqualTo(1);

      DeliveryOptions huge = new DeliveryOptions().addHeader("h", "v".repeat(9000));
      assertThat(failure(bridge, "out", "x", huge).failureCode()).isEqualTo(431);
    }
  }

  @Test
  void messagesWaitForRabbitMqUpToTheBufferLimit() {
    String routes =
        "[{address: out, routing-key: q, confirm-timeout: 100ms, buffer: {messages: 2}}]";
    try (Bridge bridge = Bridge.start("amqp://127.0.0.1:1", routes)) {
      ReplyException late = refused(bridge, "out", "x");
      assertThat(late.failureCode()).isEqualTo(504);
      bridge.bus().publish("out", "1").publish("out", "2");
      bridge.await(b -> b.route(0).getInteger("lag") == 2);
      ReplyException full = refused(bridge, "out", "3");
      assertThat(full.failureCode()).isEqualTo(503);
      assertThat(full.getMessage()).isEqualTo("the buffer for RabbitMQ is full");
      assertThat(bridge.status().getBoolean("connected")).isFalse();
      assertThat(bridge.status().getString("trouble")).contains("refused");
      List<String> numbers = List.of("in", "out", "confirmed", "nacked", "returned", "dropped");
      assertThat(bridge.route(0).fieldNames()).containsAll(numbers).contains("reconnects", "lag");
      assertThat(bridge.route(0).getInteger("in")).isEqualTo(4);
      assertThat(bridge.route(0).getInteger("dropped")).isEqualTo(2);
    }
  }

  @Test
  void mismatchOfOneRouteDoesNotAffectOthers() throws Exception {
    broker.assumeRabbitMq();
    String other = queue + ".other";
    broker.on(channel -> channel.queueDeclare(other, false, false, true, null));
    String routes = "[{queue: %s, address: b, name: wrong}, {queue: %s, address: a}]";
    try (Bridge bridge = Bridge.start(broker.uri(), routes.formatted(other, queue))) {
      bridge.await(b -> b.route(1).getBoolean("open"));
      bridge.await(b -> b.route(0).getString("trouble") != null);
      assertThat(bridge.route(0).getString("trouble")).startsWith("406 PRECONDITION_FAILED");
      bridge.bus().consumer("a", received::add);
      publish("", queue, null, "still");
      assertThat(nextMessage().body()).isEqualTo("still");
    }
  }

  @Test
  void stoppingWaitsForPendingDeliveries() {
    String route = "[{queue: %s, address: a, deliver: request}]".formatted(queue);
    try (Bridge bridge = Bridge.start(broker.uri(), route).awaitOpen()) {
      bridge.bus().consumer("a", received::add);
      publish("", queue, null, "1");
      await().atMost(Bridge.PATIENCE).until(() -> !received.isEmpty());
      Future<Void> stopped = bridge.stop();
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> broker.on(channel -> channel.consumerCount(queue)) == 0);
      received.remove().reply(null);
      Bridge.wait(stopped);
      // RabbitMQ may answer this before it has handled the acknowledgements.
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> broker.<Long>on(channel -> channel.messageCount(queue)) == 0);
    }
  }

  private static ReplyException refused(Bridge bridge, String address, Object body) {
    return failure(bridge, address, body, new DeliveryOptions());
  }

  private static ReplyException failure(
      Bridge bridge, String address, Object body, DeliveryOptions options) {
    return (ReplyException)
        Bridge.wait(
            bridge
                .bus()
                .request(address, body, options)
                .map((Throwable) null)
                .recover(Future::succeededFuture));
  }
}
