package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests routes on two nodes of a cluster. */
final class OneNodeTest {
  private final Broker broker = Broker.any();
  private final String queue = "q-" + UUID.randomUUID();

  @AfterEach
  void deleteQueue() {
    broker.deleteQueues(queue);
    broker.deleteExchange("x-" + queue);
  }

  private TestGateway node(String routes) {
    return TestGateway.start(
        "cluster.enabled=true",
        "features=[]",
        "rabbitmq.uri=" + broker.uri(),
        "rabbitmq.routes=" + routes);
  }

  private static boolean isOpen(TestGateway node, int route) {
    return Bridge.route(node.bus(), route).getBoolean("open");
  }

  @Test
  void routeDeliversOnceAndMovesWhenItsNodeLeaves() {
    String routes =
        "[{exchange: x-%1$s, binding: '#', address: a}, {address: out, routing-key: %1$s}]"
            .formatted(queue);
    Queue<Object> received = new ConcurrentLinkedQueue<>();
    TestGateway first = node(routes);
    try (TestGateway second = startSecondAndStopFirst(first, routes, received)) {
      await().atMost(Bridge.PATIENCE).until(() -> isOpen(second, 0));
      publish("moved");
      await().atMost(Bridge.PATIENCE).until(() -> received.contains("moved"));
      assertThat(received).containsExactly("once", "moved");
    }
  }

  /** Will return the second node after the first one, which had the route, has left. */
  private TestGateway startSecondAndStopFirst(
      TestGateway first, String routes, Queue<Object> received) {
    try (first) {
      first.bus().localConsumer("a", message -> received.add(message.body()));
      await().atMost(Bridge.PATIENCE).until(() -> isOpen(first, 0));
      TestGateway second = node(routes);
      second.bus().localConsumer("a", message -> received.add(message.body()));
      publish("once");
      await().atMost(Bridge.PATIENCE).until(() -> !received.isEmpty());
      assertThat(isOpen(second, 0)).isFalse();
      await().atMost(Bridge.PATIENCE).until(() -> isOpen(first, 1) && isOpen(second, 1));
      for (int i = 0; i < 10; i++) {
        first.bus().publish("out", "a");
        TestGateway.await(second.bus().request("out", "b"));
      }
      TestGateway.await(first.bus().request("out", "last"));
      assertThat(broker.<Long>on(channel -> channel.messageCount(queue))).isEqualTo(21);
      return second;
    }
  }

  private void publish(String what) {
    broker.on(
        channel -> {
          channel.basicPublish("x-" + queue, "k", null, what.getBytes(UTF_8));
          return null;
        });
  }
}
