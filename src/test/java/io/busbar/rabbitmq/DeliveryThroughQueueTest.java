package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests an inbound route into a queue of ours, whose consumers speak STOMP. */
final class DeliveryThroughQueueTest {
  private final String queue = "q-" + UUID.randomUUID();
  private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
  private Broker broker;
  private TestGateway gateway;
  private StompClient client;
  private StompClientConnection consumer;

  @BeforeEach
  void start() {
    broker = Broker.any();
    // A message that is published before the route has declared its queue would be lost.
    broker.on(channel -> channel.queueDeclare(queue, true, false, false, null));
    gateway =
        TestGateway.start(
            "features=[]",
            "permissions=[{address: orders, allow: [subscribe, send]}]",
            "queues.rules=[{name: orders, from: orders.new}]",
            "rabbitmq.uri=" + broker.uri(),
            "rabbitmq.routes=[{queue: %s, address: orders.new, deliver: request, tries: 3,"
                    .formatted(queue)
                + " answer-timeout: 2s, retry-delay: 10ms}]");
    client = StompClient.create(gateway.vertx());
    consumer = TestGateway.await(client.connect(gateway.stompPort(), "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    broker.deleteQueues(queue);
  }

  private void publish(String... bodies) {
    broker.on(
        channel -> {
          for (String body : bodies) {
            channel.basicPublish("", queue, null, body.getBytes(UTF_8));
          }
          return null;
        });
  }

  private Frame next() throws InterruptedException {
    Frame frame = received.poll(20, TimeUnit.SECONDS);
    assertThat(frame).as("a message in 20 seconds").isNotNull();
    return frame;
  }

  private void listen() {
    Map<String, String> headers = new HashMap<>(Map.of("ack", "client-individual", "id", "1"));
    consumer.subscribe("/queue/orders", headers, received::add);
  }

  private long ready() {
    return broker.<Long>on(channel -> channel.messageCount(queue));
  }

  /**
   * In an earlier version it was tried three times, and became a dead letter although the client
   * had acknowledged it.
   */
  @Test
  void ackOfAStompClientRemovesTheMessageFromRabbitMq() throws Exception {
    publish("one", "two");
    listen();
    for (String body : List.of("one", "two")) {
      Frame frame = next();
      assertThat(frame.getBodyAsString()).isEqualTo(body);
      assertThat(frame.getHeader("redelivered")).isNull();
      consumer.ack(frame.getHeader("ack"));
    }
    await()
        .atMost(Bridge.PATIENCE)
        .until(
            () -> ready() == 0 && gateway.queues().count() <= 1 && gateway.queues().bytes() == 0);
    assertThat(received).isEmpty();
  }

  /** Nobody had the message, so it counts no try. It stays in RabbitMQ until a consumer comes. */
  @Test
  void messageWithoutAConsumerStaysInRabbitMq() throws Exception {
    publish("patient");
    long before = System.currentTimeMillis();
    await().atMost(Bridge.PATIENCE).until(() -> System.currentTimeMillis() - before > 7_000);
    listen();
    Frame frame = next();
    assertThat(frame.getBodyAsString()).isEqualTo("patient");
    consumer.send("/queue/orders", new HashMap<>(), Buffer.buffer("by hand"));
    consumer.ack(frame.getHeader("ack"));
    assertThat(next().getBodyAsString()).isEqualTo("by hand");
    await().atMost(Bridge.PATIENCE).until(() -> ready() == 0);
  }
}
