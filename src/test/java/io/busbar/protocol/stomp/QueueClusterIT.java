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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues of nodes in JVMs of their own, of which some are killed. */
final class QueueClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 1_050;
  private static final String[] SETTINGS = {"limits.messages-per-second=1000000"};

  private final TestCluster cluster = new TestCluster();
  private final List<QueueFlow> flows = new ArrayList<>();
  private final List<StompTestClient> clients = new ArrayList<>();
  private HazelcastInstance hazelcast;
  private int named;

  @AfterEach
  void end() {
    flows.forEach(QueueFlow::close);
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

  /** Two who send numbers to a queue, and two who take them. */
  private QueueFlow flow(String queue, BusbarProcess... nodes) {
    QueueFlow flow = new QueueFlow(queue, nodes).takeAt(nodes).send(EACH).awaitHeard(EACH);
    flows.add(flow);
    return flow;
  }

  private static void report(String fault, QueueFlow flow) {
    System.out.printf(
        "audit | %-34s | STOMP  | receipted %d | lost 0 | twice %d | of these unmarked %d%n",
        fault, flow.receipted(), flow.twice(), flow.twiceUnmarked());
    assertThat(flow.twiceUnmarked()).isZero();
  }

  @Test
  void nothingThatWasReceiptedIsLostWhenNodesFreezeOrAreKilled() {
    BusbarProcess first = cluster.start(SETTINGS);
    BusbarProcess second = cluster.start(SETTINGS);
    BusbarProcess third = cluster.start(SETTINGS);
    lookOn();
    QueueFlow freeze = flow(queueOn(2), first, second);
    third.signal("STOP");
    freeze.awaitAll();
    third.signal("CONT");
    third.awaitErr("this node was cut off from the others and is back");
    QueueFlow kill = flow(queueOn(2), first, second);
    third.kill();
    kill.awaitAll();
    await().atMost(PATIENCE).until(() -> hazelcast.getMap("busbar.queues").isEmpty());
    report("freeze of a queue's node", freeze);
    report("kill -9 of a queue's node", kill);
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
