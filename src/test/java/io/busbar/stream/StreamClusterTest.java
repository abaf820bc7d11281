package io.busbar.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests channels with a history on nodes that come, leave and die. */
final class StreamClusterTest {
  private static final String[] SETTINGS = {
    "channels=[{address: 'public.#', history: {messages: 100000, size: 64MiB}}]",
    "limits.messages-per-second=1000000",
    "shutdown.spread=0s"
  };

  private final TestCluster cluster = new TestCluster();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() throws Exception {
    threads.shutdownNow();
    for (AutoCloseable each : open) {
      each.close();
    }
    cluster.close();
  }

  private TestGateway node() {
    return cluster.startHere(SETTINGS);
  }

  private StreamClient client(TestGateway node) {
    StreamClient client = new StreamClient(node.httpPort());
    open.add(client);
    return client;
  }

  private static boolean isOwnedBy(TestGateway node, String name) {
    return node.hazelcast().getPartitionService().getPartition(name).getOwner().localMember();
  }

  /** A channel whose stream lives on that node. */
  private static String channelOwnedBy(TestGateway node) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "public.s" + i)
        .filter(name -> isOwnedBy(node, name))
        .findFirst()
        .orElseThrow();
  }

  private static void publish(TestGateway node, String address, String who, int from, int to) {
    IntStream.range(from, to).forEach(i -> node.bus().publish(address, who + "-" + i));
  }

  /** Everything that the client hears until it has that many messages, which come without a gap. */
  private static List<String> receive(StreamClient client, long offset, int count) {
    List<String> received = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      JsonObject message = client.next();
      assertThat(message.getLong("offset")).as("%s", message).isEqualTo(offset + i);
      received.add(message.getString("body"));
    }
    return received;
  }

  @Test
  void allNodesDeliverTheSameOrder() throws Exception {
    List<TestGateway> nodes = List.of(node(), node(), node());
    String address = channelOwnedBy(nodes.get(1));
    List<StreamClient> listeners = nodes.stream().map(this::client).toList();
    listeners.forEach(each -> each.recover(address));
    List<Future<?>> talking = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TestGateway node = nodes.get(i);
      String who = "n" + i;
      talking.add(threads.submit(() -> publish(node, address, who, 0, 300)));
      StreamClient client = client(node);
      String clientsName = "c" + i;
      talking.add(
          threads.submit(
              () ->
                  IntStream.range(0, 300)
                      .forEach(n -> client.publish(address, clientsName + "-" + n))));
    }
    for (Future<?> each : talking) {
      each.get();
    }
    List<String> first = receive(listeners.get(0), 0, 1_800);
    assertThat(receive(listeners.get(1), 0, 1_800)).isEqualTo(first);
    assertThat(receive(listeners.get(2), 0, 1_800)).isEqualTo(first);
    for (String who : List.of("n0", "n1", "n2", "c0", "c1", "c2")) {
      assertThat(first.stream().filter(each -> each.startsWith(who)))
          .containsExactlyElementsOf(IntStream.range(0, 300).mapToObj(i -> who + "-" + i).toList());
    }
  }

  /** Publishes until it is told to stop. Completes with the number of messages. */
  private Future<Integer> publishUntilStopped(
      TestGateway node, String address, String who, AtomicBoolean stop) {
    return threads.submit(
        () -> {
          int said = 0;
          while (!stop.get() && !Thread.currentThread().isInterrupted()) {
            publish(node, address, who, said, said + 1);
            said++;
            LockSupport.parkNanos(1_000_000);
          }
          return said;
        });
  }

  @Test
  void clientRecoversOnAnotherNodeWhenTheOwnerDies() throws Exception {
    TestGateway first = node();
    TestGateway second = node();
    TestGateway third = node();
    String address = channelOwnedBy(second);
    StreamClient stays = client(first);
    stays.recover(address);
    StreamClient loses = client(second);
    loses.recover(address);
    AtomicBoolean stop = new AtomicBoolean();
    Future<Integer> one = publishUntilStopped(first, address, "one", stop);
    Future<Integer> three = publishUntilStopped(third, address, "three", stop);
    List<String> before = receive(loses, 0, 200);
    second.die();
    StreamClient back = client(third);
    JsonObject again = back.since(address, loses.epoch(), 200);
    assertThat(again.getBoolean("recovered")).as("%s", again).isTrue();
    List<String> received = new ArrayList<>(before);
    received.addAll(receive(back, 200, 500));
    stop.set(true);
    int all = one.get() + three.get();
    received.addAll(receive(back, 700, all - 700));
    assertThat(receive(stays, 0, all)).isEqualTo(received);
    Set<String> once = new HashSet<>(received);
    assertThat(once).hasSize(all);
    await().during(Duration.ofMillis(500)).until(() -> back.waiting() == 0);
  }

  @Test
  void streamContinuesWhenItMovesToANewNode() throws Exception {
    TestGateway first = node();
    AtomicBoolean stop = new AtomicBoolean();
    List<String> addresses = IntStream.range(0, 8).mapToObj(i -> "public.m" + i).toList();
    List<StreamClient> listeners = new ArrayList<>();
    List<Future<Integer>> talking = new ArrayList<>();
    for (String address : addresses) {
      StreamClient client = client(first);
      client.recover(address);
      listeners.add(client);
      talking.add(publishUntilStopped(first, address, "x", stop));
    }
    TestGateway second = node();
    String moved =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> addresses.stream().filter(name -> isOwnedBy(second, name)).findFirst(),
                Optional::isPresent)
            .orElseThrow();
    StreamClient late = client(second);
    JsonObject start = late.recover(moved);
    receive(late, start.getLong("offset"), 300);
    first.bus().publish("public.other", "x");
    stop.set(true);
    for (int i = 0; i < addresses.size(); i++) {
      int said = talking.get(i).get();
      assertThat(receive(listeners.get(i), 0, said))
          .containsExactlyElementsOf(IntStream.range(0, said).mapToObj(n -> "x-" + n).toList());
    }
  }
}
