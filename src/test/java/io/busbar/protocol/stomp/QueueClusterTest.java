package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.partition.Partition;
import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Queues whose node, sender and consumers are not on one node, and nodes that come and go. */
final class QueueClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String[] SETTINGS = {
    "features=[]",
    "stomp.queues.messages=500",
    "limits.messages-per-second=1000000",
    "shutdown.spread=0s"
  };
  private static final TestCluster CLUSTER = new TestCluster();
  private static TestGateway first;
  private static TestGateway second;
  private static int named;

  private final List<StompTestClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    first = CLUSTER.startHere(SETTINGS);
    second = CLUSTER.startHere(SETTINGS);
  }

  @AfterAll
  static void end() {
    CLUSTER.close();
  }

  @AfterEach
  void leave() {
    clients.forEach(StompTestClient::close);
  }

  private StompTestClient client(TestGateway node) {
    StompTestClient client = StompTestClient.connected(TcpWire.connect(node.stompPort()), "1.2");
    clients.add(client);
    return client;
  }

  /** A queue of its own that lives on that node. */
  private static String queueOn(TestGateway node) {
    while (true) {
      String queue = "public.q" + named++;
      if (lives(queue, node)) {
        return queue;
      }
    }
  }

  private static boolean lives(String queue, TestGateway node) {
    Partition partition = node.hazelcast().getPartitionService().getPartition(queue);
    return partition.getOwner().localMember();
  }

  private static void send(StompTestClient sender, String queue, int from, int to) {
    IntStream.range(from, to)
        .forEach(i -> sender.receipted("SEND\ndestination:/queue/" + queue + "\n\n" + i + "\0"));
  }

  private static void consume(StompTestClient consumer, String queue, String more) {
    consumer.send("SUBSCRIBE\nid:1\n" + more + "destination:/queue/" + queue + "\n\n\0");
  }

  private static void consumeEmpty(StompTestClient consumer, String queue) {
    consumer.receipted(
        "SUBSCRIBE\nid:1\nack:client-individual\nprefetch-count:2\ndestination:/queue/"
            + queue
            + "\n\n\0");
  }

  private static void ack(StompTestClient consumer, Received message) {
    consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
  }

  private static long kept(String queue) {
    return first.hazelcast().<QueueKey, byte[]>getMap("busbar.queues").keySet().stream()
        .filter(key -> key.queue().equals(queue))
        .count();
  }

  private static String said(Received message) {
    return message.text() + (message.header("redelivered") == null ? "" : " again");
  }

  @Test
  void theNodeOfTheQueueNeedsNeitherTheSenderNorTheConsumer() {
    for (TestGateway home : List.of(first, second)) {
      String queue = queueOn(home);
      StompTestClient sender = client(first);
      StompTestClient consumer = client(second);
      send(sender, queue, 0, 3);
      consume(consumer, queue, "ack:client\n");
      send(sender, queue, 3, 6);
      Received last = null;
      for (int i = 0; i < 6; i++) {
        last = consumer.message();
        assertThat(said(last)).isEqualTo(Integer.toString(i));
      }
      assertThat(kept(queue)).isEqualTo(6);
      ack(consumer, last);
      await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    }
  }

  @Test
  void consumersOfSeveralNodesTakeTurnsAndGetBackWhatOthersDoNotWant() {
    String queue = queueOn(first);
    StompTestClient here = client(first);
    StompTestClient there = client(second);
    consumeEmpty(here, queue);
    consumeEmpty(there, queue);
    send(client(second), queue, 0, 4);
    here.message();
    here.message();
    Received unwanted = there.message();
    ack(there, there.message());
    there.send("NACK\nid:" + unwanted.header("ack") + "\n\n\0");
    here.send("UNSUBSCRIBE\nid:1\n\n\0");
    Set<String> again = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Received message = there.message();
      again.add(message.header("redelivered"));
      ack(there, message);
    }
    Received last = there.message();
    ack(there, last);
    assertThat(again).containsExactly("true");
    await().atMost(PATIENCE).until(() -> kept(queue) == 0);
  }

  @Test
  void boundsHoldWhereverTheSenderIs() {
    String queue = queueOn(first);
    StompTestClient here = client(first);
    StompTestClient there = client(second);
    send(here, queue, 0, 250);
    send(there, queue, 250, 500);
    there.send("SEND\nreceipt:r\ndestination:/queue/" + queue + "\n\nmore\0");
    assertThat(there.error().header("message")).isEqualTo("the queue is full\\c " + queue);
    StompTestClient consumer = client(second);
    consume(consumer, queue, "");
    for (int i = 0; i < 500; i++) {
      assertThat(said(consumer.message())).isEqualTo(Integer.toString(i));
    }
    await().atMost(PATIENCE).until(() -> kept(queue) == 0);
  }

  @Test
  void aVerticleOfAnotherNodeIsAConsumer() {
    String queue = queueOn(first);
    Set<Object> heard = ConcurrentHashMap.newKeySet();
    MessageConsumer<Object> verticle = second.bus().consumer(queue);
    verticle.handler(
        message -> {
          if (heard.add(message.body())) {
            message.fail(1, "once more");
          } else {
            message.reply("done");
          }
        });
    TestGateway.await(verticle.completion());
    send(client(second), queue, 0, 10);
    await().atMost(PATIENCE).until(() -> heard.size() == 10 && kept(queue) == 0);
    TestGateway.await(verticle.unregister());
  }

  @Test
  void aQuestionIsAnsweredAcrossNodes() {
    String queue = queueOn(first);
    StompTestClient answering = client(second);
    consumeEmpty(answering, queue);
    StompTestClient asking = client(second);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              asking.send(
                  "SEND\ndestination:/queue/" + queue + "\nreply-to:/temp-queue/x\n\nwhy?\0");
              if (answering.waiting() > 0) {
                return true;
              }
              Received refused = asking.nextOrNull();
              return refused != null && answering.waiting() > 0;
            });
    Received question = answering.message();
    String back = question.header("reply-to");
    answering.send("SEND\ndestination:" + back + "\nmood:good\n\nbecause\0");
    Received answer = asking.message();
    while (answer.header("error") != null) {
      answer = asking.message();
    }
    assertThat(answer.text()).isEqualTo("because");
    assertThat(answer.header("mood")).isEqualTo("good");
  }

  @Test
  void aNodeThatComesTakesQueuesOverAndGivesThemBackWhenItLeaves() {
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
    try (TestGateway third = CLUSTER.startHere(SETTINGS)) {
      await()
          .atMost(PATIENCE)
          .until(() -> consumers.keySet().stream().anyMatch(q -> lives(q, third)));
      consumers.forEach((queue, consumer) -> goOn(sender, queue, consumer, held, 0));
      third.close();
      consumers.forEach((queue, consumer) -> goOn(sender, queue, consumer, held, 3));
      consumers.forEach((queue, consumer) -> ack(consumer, held.get(queue)));
      await().atMost(PATIENCE).until(() -> consumers.keySet().stream().allMatch(q -> kept(q) == 0));
    }
  }

  /** The client holds the message of that number, and gets three later ones. */
  private static void goOn(
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

  /** What came before that comes again says so. */
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
  void whatADeadNodeHadComesFromAnother() {
    try (TestGateway dying = CLUSTER.startHere(SETTINGS)) {
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
  void whatAVerticleOfADeadNodeHadAndDidNotAnswerGoesToAnother() {
    try (TestGateway dying = CLUSTER.startHere(SETTINGS)) {
      String queue = queueOn(first);
      Set<Object> taken = ConcurrentHashMap.newKeySet();
      MessageConsumer<Object> silent =
          dying.bus().consumer(queue, message -> taken.add(message.body()));
      TestGateway.await(silent.completion());
      send(client(second), queue, 0, 5);
      await().atMost(PATIENCE).until(() -> taken.size() == 5);
      dying.die();
      StompTestClient consumer = client(second);
      consume(consumer, queue, "ack:client-individual\n");
      Set<String> heard = new HashSet<>();
      while (heard.size() < 5) {
        Received message = consumer.message();
        assertThat(message.header("redelivered")).isEqualTo("true");
        heard.add(message.text());
        ack(consumer, message);
      }
      await().atMost(PATIENCE).until(() -> kept(queue) == 0);
    }
  }

  @Test
  void aVerticleThatAnswersNothingIsDoneWithWhatItTook() {
    String queue = queueOn(first);
    Set<Object> taken = ConcurrentHashMap.newKeySet();
    MessageConsumer<Object> silent =
        second.bus().consumer(queue, message -> taken.add(message.body()));
    TestGateway.await(silent.completion());
    send(client(second), queue, 0, 5);
    await().atMost(PATIENCE).until(() -> taken.size() == 5 && kept(queue) == 0);
    TestGateway.await(silent.unregister());
  }

  @Test
  void whatAConsumerOfADeadNodeHadGoesToAnother() {
    try (TestGateway dying = CLUSTER.startHere(SETTINGS)) {
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
