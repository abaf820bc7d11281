package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that subscribe without pause in a cluster, where each registration takes time. */
final class SubscribingFloodTest {
  private static final int HOSTILE = 4;
  private static final int OUTSTANDING = 300;
  private static final int TIMES = 30;

  private final TestCluster cluster = new TestCluster();
  private final AtomicInteger done = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean enough;

  @AfterEach
  void end() {
    cluster.close();
  }

  private static StompTestClient client(TestGateway gateway) {
    return StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
  }

  private static String subscribe(String name) {
    return "SUBSCRIBE\nid:%1$s\ndestination:/topic/public.%1$s\nreceipt:r\n\n\0".formatted(name);
  }

  /** Keeps many subscriptions in progress, and ends each when it is complete. */
  private void flood(TestGateway gateway, String name) {
    try (StompTestClient client = client(gateway)) {
      int next = 0;
      while (next < OUTSTANDING) {
        client.send(subscribe(name + next++));
      }
      while (!enough) {
        client.next();
        done.incrementAndGet();
        client.send("UNSUBSCRIBE\nid:" + name + (next - OUTSTANDING) + "\n\n\0");
        client.send(subscribe(name + next++));
      }
    }
  }

  @Test
  void subscriptionFloodDoesNotDelayOtherClients() throws Exception {
    TestGateway here = cluster.startHere("features=[]", "cluster.linger=0s");
    cluster.startHere("features=[]", "cluster.linger=0s");
    for (int i = 0; i < HOSTILE; i++) {
      String name = "h" + i + "x";
      Thread thread = new Thread(() -> flood(here, name), name);
      threads.add(thread);
      thread.start();
    }
    List<Integer> before = new ArrayList<>();
    List<Long> nanos = new ArrayList<>();
    try (StompTestClient modest = client(here)) {
      for (int i = 0; i < TIMES; i++) {
        int count = done.get();
        long began = System.nanoTime();
        modest.receipted("SUBSCRIBE\nid:m" + i + "\ndestination:/topic/public.m" + i + "\n\n\0");
        nanos.add(System.nanoTime() - began);
        before.add(done.get() - count);
      }
    } finally {
      enough = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
    before.sort(null);
    nanos.sort(null);
    System.out.printf(
        "%d clients flood a cluster of two with subscriptions: another's takes %.1f ms, at most"
            + " %.1f ms; of theirs %d come first, at most %d%n",
        HOSTILE,
        nanos.get(TIMES / 2) / 1e6,
        nanos.get(TIMES - 1) / 1e6,
        before.get(TIMES / 2),
        before.get(TIMES - 1));
    assertThat(before.get(TIMES / 2))
        .as("others' subscriptions that came first, of %s that waited", HOSTILE * OUTSTANDING)
        .isLessThan(HOSTILE * OUTSTANDING / 2);
  }
}
