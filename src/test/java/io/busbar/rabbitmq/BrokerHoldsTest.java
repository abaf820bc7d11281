package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.busbar.TestGateway;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests a queue of ours before an outbound route. If RabbitMQ cannot take a message, this does not
 * count as a try.
 */
final class BrokerHoldsTest {
  private static RabbitMqServer server;

  private final String queue = "q-" + UUID.randomUUID();
  private TestGateway gateway;
  private StompClient client;
  private StompClientConnection producer;

  private record Got(int number, boolean redelivered) {}

  @BeforeAll
  static void start() {
    server = RabbitMqServer.shared();
  }

  private void gateway(String arguments) {
    gateway =
        TestGateway.start(
            "features=[]",
            "permissions=[{address: orders, allow: [subscribe, send]}]",
            "queues.rules=[{name: orders, to: orders.out, tries: 2, dead-letter: dead.orders,"
                + " prefetch: 20}]",
            "rabbitmq.uri=" + server.uri(),
            "rabbitmq.back-off={first: 100ms, longest: 500ms}",
            "rabbitmq.routes=[{address: orders.out, routing-key: %s, arguments: %s}]"
                .formatted(queue, arguments));
    client = StompClient.create(gateway.vertx());
    producer = TestGateway.await(client.connect(gateway.stompPort(), "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    server.start();
    if (gateway != null) {
      client.close();
      gateway.close();
    }
    server.broker().deleteQueues(queue);
  }

  private JsonObject route() {
    return Bridge.route(gateway.bus(), 0);
  }

  private void awaitOpen() {
    await().atMost(Bridge.PATIENCE).until(() -> route().getBoolean("open"));
  }

  /** When this returns, each message has its receipt, so it is in the gateway's queue. */
  private void send(int from, int to) {
    for (int i = from; i < to; i++) {
      Map<String, String> headers = new HashMap<>(Map.of("content-type", "application/json"));
      TestGateway.await(producer.send("/queue/orders", headers, Buffer.buffer(String.valueOf(i))));
    }
  }

  /** Waits until the queue has asked the route that many times again, and was refused. */
  private void awaitRetries(int times) {
    int before = route().getInteger("in");
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("in") >= before + times);
  }

  private List<Got> take(int count) {
    List<Got> all = new ArrayList<>();
    Set<Integer> different = new HashSet<>();
    server.on(
        channel -> {
          await()
              .atMost(Bridge.PATIENCE)
              .until(
                  () -> {
                    for (GetResponse got = channel.basicGet(queue, true);
                        got != null;
                        got = channel.basicGet(queue, true)) {
                      int number = Integer.parseInt(new String(got.getBody(), UTF_8));
                      boolean again = got.getProps().getHeaders().containsKey("redelivered");
                      all.add(new Got(number, again || got.getEnvelope().isRedeliver()));
                      different.add(number);
                    }
                    return different.size() == count;
                  });
          return null;
        });
    return all;
  }

  /** All messages are there, in the order in which they were sent. A repeated one has the mark. */
  private static void assertInOrder(List<Got> all, int count) {
    Set<Integer> seen = new HashSet<>();
    List<Integer> order = new ArrayList<>();
    for (Got next : all) {
      if (seen.add(next.number())) {
        order.add(next.number());
      } else {
        assertThat(next.redelivered()).as("twice without a mark: " + next).isTrue();
      }
    }
    assertThat(order).isEqualTo(IntStream.range(0, count).boxed().toList());
  }

  private void assertNoDeadLetters() {
    assertThat(gateway.queues().count()).as("queues, orders among them").isLessThanOrEqualTo(1);
  }

  @Test
  void messagesWaitInTheQueueWhileAnAlarmBlocksRabbitMq() {
    gateway("{}");
    awaitOpen();
    server.ctl("set_vm_memory_high_watermark", "0.0000001");
    try {
      send(0, 50);
      await().atMost(Bridge.PATIENCE).until(() -> route().getBoolean("blocked"));
      awaitRetries(4);
      assertNoDeadLetters();
    } finally {
      server.ctl("set_vm_memory_high_watermark", "0.4");
    }
    assertInOrder(take(50), 50);
    assertNoDeadLetters();
  }

  @Test
  void messagesWaitInTheQueueWhileRabbitMqIsDown() {
    gateway("{}");
    awaitOpen();
    server.keepWhatIsDeclared();
    server.kill();
    send(0, 50);
    awaitRetries(4);
    assertNoDeadLetters();
    server.start();
    List<Got> all = take(50);
    assertInOrder(all, 50);
  }

  @Test
  void refusedMessagesWaitWhileTheRabbitMqQueueIsFull() {
    gateway("{x-max-length: 5, x-overflow: reject-publish}");
    awaitOpen();
    send(0, 6);
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("nacked") >= 3);
    assertNoDeadLetters();
    assertThat(take(6)).extracting(Got::number).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void orderSurvivesAKilledRabbitMq() {
    gateway("{}");
    awaitOpen();
    server.keepWhatIsDeclared();
    send(0, 200);
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("confirmed") > 50);
    Thread sender = new Thread(() -> send(200, 400));
    sender.start();
    server.kill();
    server.start();
    await().atMost(Bridge.PATIENCE).until(() -> !sender.isAlive());
    await().atMost(Bridge.PATIENCE).until(() -> route().getInteger("reconnects") > 0);
    awaitOpen();
    assertInOrder(take(400), 400);
    assertNoDeadLetters();
  }
}
