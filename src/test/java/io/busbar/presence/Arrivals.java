package io.busbar.presence;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the CPU time of an arrival on three nodes: with and without presence, with few users and
 * with many. Connected clients subscribe at a fixed rate. A program, not a test. Arguments:
 * arrivals per second, arrivals in each of three rounds (one without presence, two with).
 */
final class Arrivals {
  private static final int NODES = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient TCP =
      VERTX.createNetClient(new NetClientOptions().setConnectTimeout(30_000));
  private static final String CONNECT = "CONNECT\naccept-version:1.2\nhost:h\nheart-beat:0,0\n\n\0";

  private final TestCluster cluster = new TestCluster();
  private final List<BusbarProcess> nodes = new ArrayList<>();
  private final List<NetSocket> people = new ArrayList<>();
  private final AtomicInteger receipts = new AtomicInteger();
  private final AtomicInteger joins = new AtomicInteger();
  private final AtomicInteger leaves = new AtomicInteger();
  private long[] sent;
  private long[] received;

  private Arrivals() {}

  public static void main(String[] arguments) {
    new Arrivals().run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    System.exit(0);
  }

  private void run(int aSecond, int count) {
    sent = new long[2 * count];
    received = new long[2 * count];
    for (int i = 0; i < NODES; i++) {
      nodes.add(
          cluster.start(
              "features=[{verticle: io.busbar.feature.EchoVerticle}]",
              "stomp.heart-beat=0s",
              "channels=[{address: public.here, presence: true}]"));
    }
    for (int i = 0; i < 2 * count; i++) {
      people.add(TestGateway.await(connect(nodes.get(i % NODES))));
    }
    PresenceClient watcher = watch(nodes.get(0));
    System.out.printf("%d clients are connected%n", people.size());
    // Only the last round counts, because the nodes' code is not compiled in the first ones.
    for (int warm = 0; warm < 5; warm++) {
      report("without presence", round("/topic/public.plain", 0, count, aSecond));
      leave(count);
    }
    report("with presence, from 0", round("/topic/public.here", 0, count, aSecond));
    report("with presence, from " + count, round("/topic/public.here", count, count, aSecond));
    await().atMost(PATIENCE).until(() -> joins.get() >= 2 * count);
    times();
    list(watcher);
    long killed = System.nanoTime();
    nodes.get(NODES - 1).kill();
    int gone = 2 * count / NODES;
    await().atMost(PATIENCE).until(() -> leaves.get() >= gone);
    System.out.printf(
        "a node killed: %d leaves were told after %d ms%n", leaves.get(), millisSince(killed));
    cluster.close();
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private Future<NetSocket> connect(BusbarProcess node) {
    return TCP.connect(node.stompPort(), "127.0.0.1")
        .map(
            socket -> {
              socket.handler(
                  bytes -> {
                    String text = bytes.toString();
                    for (int at = text.indexOf("RECEIPT\n");
                        at >= 0;
                        at = text.indexOf("RECEIPT\n", at + 1)) {
                      receipts.incrementAndGet();
                    }
                  });
              socket.write(CONNECT);
              return socket;
            });
  }

  /** A client that hears the joins at a node. Another client asks. */
  private PresenceClient watch(BusbarProcess node) {
    TCP.connect(node.stompPort(), "127.0.0.1")
        .onSuccess(
            socket -> {
              StringBuilder rest = new StringBuilder();
              socket.handler(
                  bytes -> {
                    rest.append(bytes);
                    for (int end = rest.indexOf("\0"); end >= 0; end = rest.indexOf("\0")) {
                      told(rest.substring(0, end));
                      rest.delete(0, end + 1);
                    }
                  });
              socket.write(CONNECT);
              socket.write("SUBSCRIBE\nid:w\ndestination:/topic/presence.public.here\n\n\0");
            });
    return PresenceClient.at(VERTX, node.http());
  }

  private void told(String frame) {
    if (frame.contains("\"event\":\"join\"")) {
      int at = frame.indexOf("\"info\":") + "\"info\":".length();
      int number = Integer.parseInt(frame.substring(at, frame.indexOf('}', at)));
      received[number] = System.nanoTime();
      joins.incrementAndGet();
    } else if (frame.contains("\"event\":\"leave\"")) {
      leaves.incrementAndGet();
    }
  }

  /** Microseconds of CPU of all nodes for each arrival. */
  private double round(String destination, int from, int count, int aSecond) {
    int before = receipts.get();
    long cpu = cpuNanos();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = start + i * 1_000_000_000L / aSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(200_000);
      }
      sent[from + i] = System.nanoTime();
      people
          .get(from + i)
          .write(
              "SUBSCRIBE\nid:s\nreceipt:r\ninfo:%d\ndestination:%s\n\n\0"
                  .formatted(from + i, destination));
    }
    await().atMost(PATIENCE).until(() -> receipts.get() >= before + count);
    System.out.printf("%,d a second%n", count * 1_000_000_000L / (System.nanoTime() - start));
    return (cpuNanos() - cpu) / 1000.0 / count;
  }

  private void leave(int count) {
    int before = receipts.get();
    for (int i = 0; i < count; i++) {
      people.get(i).write("UNSUBSCRIBE\nid:s\nreceipt:r\n\n\0");
    }
    await().atMost(PATIENCE).until(() -> receipts.get() >= before + count);
  }

  private long cpuNanos() {
    return nodes.stream().mapToLong(BusbarProcess::cpuNanos).sum();
  }

  private static void report(String what, double micros) {
    System.out.printf("%s: %.0f µs of CPU for an arrival%n", what, micros);
  }

  /** Prints the times from the SUBSCRIBE to the event at the watcher. */
  private void times() {
    long[] took = new long[received.length];
    for (int i = 0; i < took.length; i++) {
      took[i] = (received[i] - sent[i]) / 1000;
    }
    Arrays.sort(took);
    System.out.printf(
        "a join was told after: half %.1f ms, 99 of 100 %.1f ms, longest %.1f ms%n",
        took[took.length / 2] / 1000.0,
        took[took.length * 99 / 100] / 1000.0,
        took[took.length - 1] / 1000.0);
  }

  private static void list(PresenceClient presenceClient) {
    long start = System.nanoTime();
    int pages = 0;
    int users = 0;
    String after = "";
    do {
      JsonObject asked = new JsonObject().put("limit", 1000).put("after", after);
      JsonObject page = presenceClient.list("public.here", asked);
      users += page.getJsonArray("users").size();
      after = page.getString("next");
      pages++;
    } while (after != null);
    System.out.printf("%d users in %d pages: %d ms%n", users, pages, millisSince(start));
  }
}
