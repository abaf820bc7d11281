package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests queues of RabbitMQ with tries, filters and limits of their own. */
final class QueueKindsTest {
  private static RabbitMqServer server;

  private final String queue = "q-" + UUID.randomUUID();
  private final String dead = queue + ".dead";
  private final Queue<Message<Object>> received = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void startServer() {
    server = RabbitMqServer.shared();
  }

  @AfterEach
  void deleteQueues() {
    server.broker().deleteQueues(queue, dead);
  }

  private void publish(BasicProperties properties, String body) {
    server.on(
        channel -> {
          channel.basicPublish("", queue, properties, body.getBytes(UTF_8));
          return null;
        });
  }

  private List<String> bodies() {
    return received.stream().map(message -> (String) message.body()).toList();
  }

  @Test
  void deliveryCountOfAQuorumQueueCountsAsTries() {
    server.on(channel -> channel.queueDeclare(dead, false, false, true, null));
    String route =
        "[{queue: %s, address: a, arguments: {x-queue-type: quorum}, deliver: request, tries: 3,"
            + " retry-delay: 10ms, dead-letter: {routing-key: %s}}]";
    AtomicInteger asked = new AtomicInteger();
    try (Bridge first = Bridge.start(server.uri(), route.formatted(queue, dead)).awaitOpen()) {
      first
          .bus()
          .consumer(
              "a",
              message -> {
                if (asked.incrementAndGet() <= 2) {
                  message.fail(500, "cannot");
                }
              });
      publish(null, "bad");
      await().atMost(Bridge.PATIENCE).until(() -> asked.get() == 3);
    }
    // The third try was requeued when that gateway stopped. The quorum queue counts it as its
    // third.
    Vertx vertx = Vertx.vertx();
    vertx.eventBus().consumer("a", message -> message.fail(500, "cannot, either"));
    try (Bridge second = Bridge.on(vertx, server.uri(), route.formatted(queue, dead))) {
      GetResponse deadLettered =
          await()
              .atMost(Bridge.PATIENCE)
              .until(() -> server.on(channel -> channel.basicGet(dead, true)), got -> got != null);
      assertThat(deadLettered.getProps().getHeaders().get("x-busbar-reason").toString())
          .startsWith("tried 4 times: ")
          .endsWith("cannot, either");
      assertThat(second.route(0).getInteger("in")).isEqualTo(1);
    } finally {
      Bridge.wait(vertx.close());
    }
  }

  @Test
  void nextSingleActiveConsumerTakesOverWhenOneStops() {
    String route = "[{queue: %s, address: a, arguments: {x-single-active-consumer: true}}]";
    String routes = route.formatted(queue);
    Vertx vertx = Vertx.vertx();
    try (Bridge first = Bridge.start(server.uri(), routes).awaitOpen();
        Bridge second = Bridge.on(vertx, server.uri(), routes).awaitOpen()) {
      first.bus().consumer("a", received::add);
      for (int i = 0; i < 10; i++) {
        publish(null, "m" + i);
      }
      await().atMost(Bridge.PATIENCE).until(() -> received.size() == 10);
      assertThat(second.route(0).getInteger("in")).isZero();
      Bridge.wait(first.stop());
      second.bus().consumer("a", received::add);
      publish(null, "after");
      await().atMost(Bridge.PATIENCE).until(() -> received.size() == 11);
      assertThat(bodies()).endsWith("m9", "after");
    } finally {
      Bridge.wait(vertx.close());
    }
  }

  @Test
  void messageOfHigherPriorityComesFirst() {
    Map<String, Object> arguments = Map.of("x-max-priority", 20);
    server.on(channel -> channel.queueDeclare(queue, true, false, false, arguments));
    publish(new BasicProperties.Builder().priority(1).build(), "later");
    publish(new BasicProperties.Builder().priority(5).build(), "soon");
    publish(new BasicProperties.Builder().priority(15).build(), "first");
    String route =
        "[{queue: %s, address: a, arguments: {x-max-priority: 20}, prefetch: 1}]".formatted(queue);
    Vertx vertx = Vertx.vertx();
    Bridge.wait(vertx.eventBus().consumer("a", received::add).completion());
    try (Bridge bridge = Bridge.on(vertx, server.uri(), route)) {
      bridge.await(b -> received.size() == 3);
      assertThat(bodies()).containsExactly("first", "soon", "later");
      assertThat(received.stream().map(message -> message.headers().get("priority")))
          .containsExactly("9", "5", "1");
    } finally {
      Bridge.wait(vertx.close());
    }
  }

  @Test
  void expiredMessageArrivesWithItsDeathHeader() {
    String routes = "[{queue: %s, address: a, prefetch: 1}]".formatted(dead);
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    server.on(channel -> channel.queueDeclare(queue, true, false, false, arguments));
    try (Bridge bridge = Bridge.start(server.uri(), routes).awaitOpen()) {
      Bridge.wait(bridge.bus().consumer("a", received::add).completion());
      publish(new BasicProperties.Builder().expiration("1").build(), "too late");
      await().atMost(Bridge.PATIENCE).until(() -> received.size() == 1);
      assertThat(bodies()).containsExactly("too late");
      JsonObject death =
          new JsonArray(received.element().headers().get("x-death")).getJsonObject(0);
      assertThat(death.getString("reason")).isEqualTo("expired");
      assertThat(death.getString("queue")).isEqualTo(queue);
      assertThat(death.getInteger("count")).isEqualTo(1);
      assertThat(death.getString("original-expiration")).isEqualTo("1");
    }
  }
}
