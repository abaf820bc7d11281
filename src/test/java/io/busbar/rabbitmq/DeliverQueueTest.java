package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests an inbound route into a queue of ours, whose consumers acknowledge RabbitMQ's messages. */
final class DeliverQueueTest {
  private static Broker broker;

  private final String queue = "q-" + UUID.randomUUID();
  private final String dead = queue + ".dead";
  private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
  private TestGateway gateway;
  private StompClient client;
  private StompClientConnection consumer;

  @BeforeAll
  static void findBroker() {
    broker = RabbitMqServer.shared().broker();
  }

  @BeforeEach
  void start() {
    broker.on(channel -> channel.queueDeclare(dead, false, false, true, null));
    String arguments =
        "{x-dead-letter-exchange: '', x-dead-letter-routing-key: %s}".formatted(dead);
    gateway =
        TestGateway.start(
            "features=[]",
            "permissions=[{address: orders, allow: [subscribe, send]}]",
            "queues.rules=[{name: orders, tries: 2}]",
            "rabbitmq.uri=" + broker.uri(),
            "rabbitmq.routes=[{queue: %s, address: orders, deliver: queue, prefetch: 5,"
                    .formatted(queue)
                + " retry-delay: 10ms, arguments: %s}]".formatted(arguments));
    await().atMost(Bridge.PATIENCE).until(() -> route().getBoolean("open"));
    client = StompClient.create(gateway.vertx());
    consumer = TestGateway.await(client.connect(gateway.stompPort(), "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    broker.deleteQueues(queue, dead);
  }

  private JsonObject route() {
    return Bridge.route(gateway.bus(), 0);
  }

  private void publish(int count) {
    broker.on(
        channel -> {
          for (int i = 0; i < count; i++) {
            channel.basicPublish("", queue, null, ("m" + i).getBytes(UTF_8));
          }
          return null;
        });
  }

  private void listen() {
    Map<String, String> headers = new HashMap<>(Map.of("ack", "client-individual", "id", "1"));
    consumer.subscribe("/queue/orders", headers, received::add);
  }

  private Frame next() throws InterruptedException {
    Frame frame = received.poll(20, TimeUnit.SECONDS);
    assertThat(frame).as("a message in 20 seconds").isNotNull();
    return frame;
  }

  @Test
  void ackOfAStompClientAcknowledgesInRabbitMq() throws Exception {
    publish(1);
    listen();
    Frame frame = next();
    assertThat(frame.getBodyAsString()).isEqualTo("m0");
    assertThat(route().getInteger("in")).isEqualTo(1);
    assertThat(route().getInteger("confirmed")).isZero();
    consumer.ack(frame.getHeader("ack"));
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("confirmed") == 1);
    assertThat(gateway.queues().bytes()).isZero();
  }

  @Test
  void messageRejectedAfterAllTriesIsRejectedInRabbitMq() throws Exception {
    publish(1);
    listen();
    consumer.nack(next().getHeader("ack"));
    consumer.nack(next().getHeader("ack"));
    GetResponse deadLettered =
        await()
            .atMost(Bridge.PATIENCE)
            .until(() -> broker.on(channel -> channel.basicGet(dead, true)), got -> got != null);
    assertThat(new String(deadLettered.getBody(), UTF_8)).isEqualTo("m0");
    assertThat(route().getInteger("in")).isEqualTo(1);
  }

  @Test
  void prefetchLimitsUnacknowledgedMessages() throws Exception {
    publish(20);
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("in") == 5);
    listen();
    for (int i = 0; i < 5; i++) {
      assertThat(next().getBodyAsString()).isEqualTo("m" + i);
    }
    assertThat(broker.<Long>on(channel -> channel.messageCount(queue))).isEqualTo(15);
    assertThat(received).isEmpty();
  }

  @Test
  void unacknowledgedMessagesReturnWhenTheGatewayStops() throws Exception {
    publish(3);
    listen();
    consumer.ack(next().getHeader("ack"));
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("confirmed") == 1);
    gateway.close();
    await()
        .atMost(Bridge.PATIENCE)
        .until(() -> broker.<Long>on(channel -> channel.messageCount(queue)) == 2);
  }
}
