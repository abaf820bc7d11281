package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Queues whose owner, or the node of their consumers, joins or leaves. */
final class QueueLeavingNodesTest extends QueueNodes {
  @Test
  void joiningNodeTakesQueuesAndLeavingNodeReturnsThem() {
    StompTestClient sender = client(first);
    Map<String, StompTestClient> consumers = new HashMap<>();
    Map<String, Received> held = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      String queue = queueOn(i % 2 == 0 ? first : second);
      StompTestClient consumer = client(i % 4 < 2 ? first : second);
      send(sender, queue, 0, 3);
      consume(consumer, queue, "ack:client-individual\nprefetch-count:1\n");
      consumers.put(queue, consumer);
      held.put(queue, consumer.message());
    }
    try (TestGateway third = cluster.startHere(SETTINGS)) {
      await()
          .atMost(PATIENCE)
          .until(() -> consumers.keySet().stream().anyMatch(q -> lives(q, third)));
      consumers.forEach(
          (queue, consumer) -> assertConsumerContinues(sender, queue, consumer, held, 0));
      third.close();
      consumers.forEach(
          (queue, consumer) -> assertConsumerContinues(sender, queue, consumer, held, 3));
      consumers.forEach((queue, consumer) -> ack(consumer, held.get(queue)));
      await().atMost(PATIENCE).until(() -> consumers.keySet().stream().allMatch(q -> kept(q) == 0));
    }
  }

  /** Checks that the client, which holds one message, gets three later ones. */
  private static void assertConsumerContinues(
      StompTestClient sender,
      String queue,
      StompTestClient consumer,
      Map<String, Received> held,
      int number) {
    int sent = number == 0 ? 3 : number + 1;
    send(sender, queue, sent, number + 4);
    for (int i = number; i < number + 3; i++) {
      assertThat(held.get(queue).text()).as(queue).isEqualTo(Integer.toString(i));
      ack(consumer, held.get(queue));
      held.put(queue, later(consumer, i));
    }
  }

  /** Returns the next new message, and checks that repeated ones have {@code redelivered}. */
  private static Received later(StompTestClient consumer, int number) {
    Received message = consumer.message();
    while (Integer.parseInt(message.text()) <= number) {
      assertThat(message.header("redelivered")).isEqualTo("true");
      ack(consumer, message);
      message = consumer.message();
    }
    return message;
  }

  @Test
  void queueOfADeadNodeContinuesOnAnotherNode() {
    try (TestGateway dying = cluster.startHere(SETTINGS)) {
      String queue = queueOn(dying);
      StompTestClient sender = client(first);
      StompTestClient consumer = client(second);
      send(sender, queue, 0, 20);
      consume(consumer, queue, "ack:client-individual\nprefetch-count:5\n");
      List<Received> held = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        held.add(consumer.message());
      }
      dying.die();
      send(sender, queue, 20, 40);
      held.forEach(message -> ack(consumer, message));
      Set<String> all = new HashSet<>();
      held.forEach(message -> all.add(message.text()));
      while (all.size() < 40) {
        Received message = consumer.message();
        boolean isNew = all.add(message.text());
        assertThat(isNew || message.header("redelivered") != null).as(said(message)).isTrue();
        ack(consumer, message);
      }
      await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    }
  }

  @Test
  void unansweredMessagesOfADeadVerticleAreRedelivered() {
    try (TestGateway dying = cluster.startHere(SETTINGS)) {
      String queue = handledQueueOn(first);
      Set<Object> taken = ConcurrentHashMap.newKeySet();
      MessageConsumer<Object> silent =
          dying.bus().consumer("handled." + queue, message -> taken.add(message.body()));
      TestGateway.await(silent.completion());
      send(client(second), queue, 0, 5);
      await().atMost(PATIENCE).until(() -> !taken.isEmpty());
      dying.die();
      StompTestClient consumer = client(second);
      consume(consumer, queue, "ack:client-individual\n");
      Set<String> received = new HashSet<>();
      while (received.size() < 5) {
        Received message = consumer.message();
        boolean marked = message.header("redelivered") != null;
        assertThat(marked || !taken.contains(message.text())).isTrue();
        received.add(message.text());
        ack(consumer, message);
      }
      await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    }
  }

  @Test
  void messagesOfAConsumerOnADeadNodeAreRedelivered() {
    try (TestGateway dying = cluster.startHere(SETTINGS)) {
      String queue = queueOn(first);
      StompTestClient lost = client(dying);
      consume(lost, queue, "ack:client-individual\nprefetch-count:5\n");
      send(client(second), queue, 0, 5);
      lost.message();
      StompTestClient consumer = client(second);
      consume(consumer, queue, "ack:client-individual\n");
      dying.die();
      for (int i = 0; i < 5; i++) {
        Received message = consumer.message();
        assertThat(said(message)).isEqualTo(i + " again");
        ack(consumer, message);
      }
      await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    }
  }
}
