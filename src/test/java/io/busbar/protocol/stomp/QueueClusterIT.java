package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import io.busbar.BusbarProcess;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues of nodes in JVMs of their own, of which some are killed. */
final class QueueClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 1_050;
  private static final int UNDER_WAY = 50;
  private static final String[] SETTINGS = {"limits.messages-per-second=1000000"};

  private final TestCluster cluster = new TestCluster();
  private final List<StompTestClient> clients = new ArrayList<>();
  private HazelcastInstance hazelcast;
  private int named;
  private volatile boolean over;

  @AfterEach
  void end() {
    over = true;
    clients.forEach(StompTestClient::close);
    if (hazelcast != null) {
      hazelcast.shutdown();
    }
    cluster.close();
  }

  private StompTestClient client(BusbarProcess node) {
    StompTestClient client = StompTestClient.connected(TcpWire.connect(node.stompPort()), "1.2");
    clients.add(client);
    return client;
  }

  /** Asks the cluster without being part of it. */
  private void lookOn() {
    ClientConfig config = new ClientConfig();
    config.setClusterName(cluster.name());
    config.getNetworkConfig().addAddress("127.0.0.1:" + cluster.port());
    hazelcast = HazelcastClient.newHazelcastClient(config);
  }

  /** A queue that lives on the node that was started as that one, counted from 0. */
  private String queueOn(int node) {
    String[] found = new String[1];
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              String queue = "public.q" + named++;
              Member owner = hazelcast.getPartitionService().getPartition(queue).getOwner();
              found[0] = queue;
              return owner != null && owner.getAddress().getPort() == cluster.port() + node;
            });
    return found[0];
  }

  private void consume(StompTestClient client, String queue, int prefetch) {
    client.receipted(
        "SUBSCRIBE\nid:1\nack:client-individual\nprefetch-count:"
            + prefetch
            + "\ndestination:/queue/"
            + queue
            + "\n\n\0");
  }

  /** Two who send numbers to a queue, two who take and acknowledge them, and what came of it. */
  private final class Flow {
    private final String queue;
    private final Set<String> receipted = ConcurrentHashMap.newKeySet();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final Set<String> unmarked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger twice = new AtomicInteger();
    private final AtomicInteger twiceUnmarked = new AtomicInteger();

    Flow(String queue, BusbarProcess... nodes) {
      this.queue = queue;
      for (BusbarProcess node : nodes) {
        StompTestClient consumer = client(node);
        consume(consumer, queue, 100);
        new Thread(() -> take(consumer)).start();
      }
      for (BusbarProcess node : nodes) {
        StompTestClient sender = client(node);
        Semaphore room = new Semaphore(UNDER_WAY);
        new Thread(() -> receipts(sender, room)).start();
        new Thread(() -> send(sender, room, node.stompPort() + "-")).start();
      }
    }

    private void send(StompTestClient sender, Semaphore room, String prefix) {
      for (int i = 0; i < EACH; i++) {
        room.acquireUninterruptibly();
        String number = prefix + i;
        sender.send(
            "SEND\nreceipt:" + number + "\ndestination:/queue/" + queue + "\n\n" + number + "\0");
      }
    }

    private void receipts(StompTestClient sender, Semaphore room) {
      for (int i = 0; i < EACH; i++) {
        receipted.add(sender.next().header("receipt-id"));
        room.release();
      }
    }

    private void take(StompTestClient consumer) {
      while (!over) {
        Received message = consumer.nextOrNull();
        if (message != null) {
          hear(message);
          consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
        }
      }
    }

    /** Of all that come for one number, one at most may have no mark. */
    private void hear(Received message) {
      if (message.header("redelivered") == null && !unmarked.add(message.text())) {
        twiceUnmarked.incrementAndGet();
      }
      if (!heard.add(message.text())) {
        twice.incrementAndGet();
      }
    }

    Flow untilHalfIsHeard() {
      await().atMost(PATIENCE).until(() -> heard.size() > EACH);
      return this;
    }

    void untilAllIsHeard() {
      await().atMost(PATIENCE).until(() -> receipted.size() == 2 * EACH);
      await().atMost(PATIENCE).until(() -> heard.containsAll(receipted));
    }

    void report(String fault) {
      System.out.printf(
          "audit | %-34s | STOMP  | receipted %d | lost 0 | twice %d | of these unmarked %d%n",
          fault, receipted.size(), twice.get(), twiceUnmarked.get());
      assertThat(twiceUnmarked).hasValue(0);
    }
  }

  @Test
  void nothingThatWasReceiptedIsLostWhenNodesFreezeOrAreKilled() {
    BusbarProcess first = cluster.start(SETTINGS);
    BusbarProcess second = cluster.start(SETTINGS);
    BusbarProcess third = cluster.start(SETTINGS);
    lookOn();
    Flow freeze = new Flow(queueOn(2), first, second).untilHalfIsHeard();
    third.signal("STOP");
    freeze.untilAllIsHeard();
    third.signal("CONT");
    third.awaitErr("this node was cut off from the others and is back");
    Flow kill = new Flow(queueOn(2), first, second).untilHalfIsHeard();
    third.kill();
    kill.untilAllIsHeard();
    await().atMost(PATIENCE).until(() -> hazelcast.getMap("busbar.queues").isEmpty());
    freeze.report("freeze of a queue's node");
    kill.report("kill -9 of a queue's node");
    aConsumersNodeIsKilled(first, second);
  }

  private void aConsumersNodeIsKilled(BusbarProcess staying, BusbarProcess dying) {
    String queue = queueOn(0);
    StompTestClient lost = client(dying);
    consume(lost, queue, 20);
    StompTestClient sender = client(staying);
    for (int i = 0; i < 20; i++) {
      sender.receipted("SEND\ndestination:/queue/" + queue + "\n\n" + i + "\0");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(lost.message().text()).isEqualTo(Integer.toString(i));
    }
    StompTestClient other = client(staying);
    consume(other, queue, 100);
    dying.kill();
    for (int i = 0; i < 20; i++) {
      Received message = other.message();
      assertThat(message.text() + message.header("redelivered")).isEqualTo(i + "true");
    }
  }
}
