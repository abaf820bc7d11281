package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests streams of RabbitMQ: a route continues after the last message that has reached the bus. */
final class StreamsTest {
  private static RabbitMqServer server;

  private final String queue = "s-" + UUID.randomUUID();
  private final Queue<Message<Object>> received = new ConcurrentLinkedQueue<>();
  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    server = RabbitMqServer.shared();
  }

  @BeforeEach
  void declareStream() {
    Map<String, Object> stream = Map.of("x-queue-type", "stream");
    server.on(channel -> channel.queueDeclare(queue, true, false, false, stream));
    Bridge.wait(vertx.eventBus().consumer("a", received::add).completion());
  }

  @AfterEach
  void deleteStream() {
    Bridge.wait(vertx.close());
    server.broker().deleteQueues(queue);
  }

  private void publish(int from, int to) {
    server.on(
        channel -> {
          channel.confirmSelect();
          for (int i = from; i < to; i++) {
            channel.basicPublish("", queue, null, String.valueOf(i).getBytes(UTF_8));
          }
          channel.waitForConfirmsOrDie(60_000);
          return null;
        });
  }

  private String route(String offset) {
    return "[{queue: %s, address: a, arguments: {x-queue-type: stream}, prefetch: 10%s}]"
        .formatted(queue, offset);
  }

  private Bridge bridge(String offset) {
    return Bridge.on(
        vertx,
        server.uri(),
        route(offset),
        "queues.store=disk",
        "data='" + folder.resolve("data") + "'");
  }

  private List<Integer> numbers() {
    return received.stream().map(message -> Integer.valueOf((String) message.body())).toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private void awaitReceived(int last) {
    await().atMost(Bridge.PATIENCE).until(() -> numbers().contains(last));
  }

  @Test
  void reconnectLosesNoMessage() {
    try (Bridge bridge = bridge("").awaitOpen()) {
      publish(0, 200);
      server.ctl("close_all_connections", "maintenance");
      publish(200, 400);
      server.ctl("close_all_connections", "maintenance");
      publish(400, 600);
      awaitReceived(599);
      assertThat(numbers().stream().distinct()).isEqualTo(range(0, 600)).isSorted();
      assertThat(bridge.route(0).getInteger("reconnects")).isPositive();
    }
  }

  @Test
  void restartContinuesAfterTheLastMessage() {
    try (Bridge first = bridge("").awaitOpen()) {
      publish(0, 10);
      awaitReceived(9);
      first.await(b -> b.route(0).getInteger("confirmed") == 10);
    }
    publish(10, 20);
    try (Bridge second = bridge("").awaitOpen()) {
      awaitReceived(19);
      assertThat(second.route(0).getInteger("in")).isEqualTo(10);
    }
    assertThat(numbers()).isEqualTo(range(0, 20));
  }

  @Test
  void offsetDecidesTheFirstMessage() {
    String before = Instant.now().minus(1, ChronoUnit.HOURS).toString();
    publish(0, 10);
    for (String all : List.of("first", "'0'", "'" + before + "'")) {
      assertReads(all, range(0, 10));
    }
    assertReads("'7'", range(7, 10));
    try (Bridge next = bridge(", offset: next").awaitOpen()) {
      publish(10, 11);
      awaitReceived(10);
      assertThat(numbers()).containsExactly(10);
      MultiMap headers = received.element().headers();
      assertThat(headers.get("x-stream-offset")).isEqualTo("10");
      assertThat(next.route(0).getBoolean("open")).isTrue();
    }
  }

  private void assertReads(String offset, List<Integer> expected) {
    try (Bridge bridge = bridge(", offset: " + offset).awaitOpen()) {
      awaitReceived(9);
      assertThat(numbers()).as(offset).isEqualTo(expected);
      bridge.await(b -> b.route(0).getInteger("confirmed") == expected.size());
    }
    received.clear();
  }

  @Test
  void failedMessageIsRetriedAndNotSkipped() {
    String request =
        route(", deliver: request, retry-delay: 10ms").replace("address: a", "address: b");
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    Bridge.wait(
        vertx
            .eventBus()
            .<String>consumer(
                "b",
                message -> {
                  asked.add(message.body());
                  if (asked.size() == 1) {
                    message.fail(500, "not yet");
                  } else {
                    message.reply(null);
                  }
                })
            .completion());
    try (Bridge bridge = Bridge.on(vertx, server.uri(), request).awaitOpen()) {
      publish(0, 1);
      await().atMost(Bridge.PATIENCE).until(() -> asked.size() == 2);
      assertThat(asked).containsExactly("0", "0");
      bridge.await(b -> b.route(0).getInteger("confirmed") == 1);
      assertThat(bridge.route(0).getInteger("in")).isEqualTo(1);
    }
  }

  @Test
  void nextNodeOfAClusterContinuesAfterTheLastMessage() {
    TestGateway second;
    try (TestGateway first = node()) {
      first.bus().localConsumer("a", received::add);
      await().atMost(Bridge.PATIENCE).until(() -> isOpen(first));
      publish(0, 10);
      awaitReceived(9);
      second = node();
    }
    try (second) {
      second.bus().localConsumer("a", received::add);
      publish(10, 20);
      awaitReceived(19);
      assertThat(numbers().stream().distinct()).isEqualTo(range(0, 20));
      assertThat(numbers().subList(0, 10)).isEqualTo(range(0, 10));
    }
  }

  private TestGateway node() {
    return TestGateway.start(
        "cluster.enabled=true",
        "features=[]",
        "rabbitmq.uri=" + server.uri(),
        "rabbitmq.routes=" + route(""));
  }

  private static boolean isOpen(TestGateway node) {
    return Bridge.route(node.bus(), 0).getBoolean("open");
  }
}
