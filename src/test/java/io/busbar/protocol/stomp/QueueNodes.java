package io.busbar.protocol.stomp;

import static org.awaitility.Awaitility.await;

import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Two nodes with queues and their clients. */
abstract class QueueNodes {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String RULE =
      "{name: public.h%1$d, to: handled.public.h%1$d, tries: 3, answer-timeout: 3s}";
  static final String[] SETTINGS = {
    "features=[]",
    "queues.messages=500",
    "queues.dead-letter=public.dead",
    "queues.rules=" + handled(),
    "limits.messages-per-second=1000000",
    "shutdown.spread=0s"
  };
  static TestCluster cluster;
  static TestGateway first;
  static TestGateway second;
  private static int named;
  private static final Set<String> taken = new HashSet<>();

  private final List<StompTestClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    cluster = new TestCluster();
    first = cluster.startHere(SETTINGS);
    second = cluster.startHere(SETTINGS);
    await().atMost(PATIENCE).until(QueueNodes::isShared);
  }

  /** Returns whether both nodes own their share of the names, so that no queue will move. */
  private static boolean isShared() {
    PartitionService partitions = first.hazelcast().getPartitionService();
    long here =
        partitions.getPartitions().stream()
            .filter(each -> each.getOwner() != null && each.getOwner().localMember())
            .count();
    return partitions.isClusterSafe()
        && Math.abs(2 * here - partitions.getPartitions().size()) <= 2;
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @AfterEach
  void leave() {
    clients.forEach(StompTestClient::close);
  }

  StompTestClient client(TestGateway node) {
    StompTestClient client =
        StompTestClient.connected(TcpStompConnection.connect(node.stompPort()), "1.2");
    clients.add(client);
    return client;
  }

  /** Returns the rules of queues that have an address as their target. */
  private static List<String> handled() {
    return IntStream.range(0, 20).mapToObj(i -> RULE.formatted(i)).toList();
  }

  /** Returns one of these queues, on that node and unused by other tests. */
  static String handledQueueOn(TestGateway node) {
    return IntStream.range(0, 20)
        .mapToObj(i -> "public.h" + i)
        .filter(queue -> lives(queue, node) && taken.add(queue))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the name of a new queue on that node. */
  static String queueOn(TestGateway node) {
    while (true) {
      String queue = "public.q" + named++;
      if (lives(queue, node)) {
        return queue;
      }
    }
  }

  static boolean lives(String queue, TestGateway node) {
    Partition partition = node.hazelcast().getPartitionService().getPartition(queue);
    return partition.getOwner() != null && partition.getOwner().localMember();
  }

  static void send(StompTestClient sender, String queue, int from, int to) {
    IntStream.range(from, to)
        .forEach(i -> sender.receipted("SEND\ndestination:/queue/" + queue + "\n\n" + i + "\0"));
  }

  static void consume(StompTestClient consumer, String queue, String more) {
    consumer.send("SUBSCRIBE\nid:1\n" + more + "destination:/queue/" + queue + "\n\n\0");
  }

  static void consumeEmpty(StompTestClient consumer, String queue) {
    consumer.receipted(
        "SUBSCRIBE\nid:1\nack:client-individual\nprefetch-count:2\ndestination:/queue/"
            + queue
            + "\n\n\0");
  }

  static void ack(StompTestClient consumer, Received message) {
    consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
  }

  /** Returns the number of messages in the queue on any node; 0 where there is no queue. */
  static int kept(String queue) {
    return Stream.of(first, second)
        .map(node -> TestGateway.await(node.queues().directory().describe(queue).otherwiseEmpty()))
        .filter(Objects::nonNull)
        .mapToInt(each -> each.getInteger("waiting") + each.getInteger("unacknowledged"))
        .findFirst()
        .orElse(0);
  }

  static String said(Received message) {
    return message.text() + (message.header("redelivered") == null ? "" : " again");
  }
}
