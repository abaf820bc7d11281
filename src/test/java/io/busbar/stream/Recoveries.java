package io.busbar.stream;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the recovery of many clients that lose their node at once. They come back at the two
 * other nodes and get the messages that they missed. A program, not a test. Arguments: clients,
 * messages that each misses.
 */
final class Recoveries {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient TCP =
      VERTX.createNetClient(
          new NetClientOptions().setConnectTimeout(60_000).setReconnectAttempts(0));

  /**
   * A Vert.x of its own, so the bystanders wait for the nodes, and not for this program's other
   * work.
   */
  private static final Vertx OTHERS = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  private static final NetClient OTHER_TCP = OTHERS.createNetClient();
  private static final String CONNECT = "CONNECT\naccept-version:1.2\nhost:h\nheart-beat:0,0\n\n\0";
  private static final int BYSTANDERS = 100;
  private static final int CONNECTING = 200;

  /** The messages that bystanders hear before the measurement, and in the quiet time before it. */
  private static final int CALM_MESSAGES = 250;

  private final TestCluster cluster = new TestCluster();
  private final List<BusbarProcess> nodes = new ArrayList<>();
  private final AtomicInteger subscribed = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicLong received = new AtomicLong();
  private final List<Long> took = new ArrayList<>();

  private Recoveries() {}

  public static void main(String[] arguments) {
    new Recoveries().run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    System.exit(0);
  }

  /** A client that follows the stream. */
  private final class Follower {
    private long offset;
    private String epoch;
    private NetSocket socket;

    void connect(BusbarProcess node, Runnable connected) {
      String where =
          epoch == null
              ? "x-stream-offset:next"
              : "x-stream-offset:" + (offset + 1) + "\nepoch:" + epoch;
      TCP.connect(node.stompPort(), "127.0.0.1")
          .onComplete(done -> connected.run())
          .onFailure(e -> wrong.incrementAndGet())
          .onSuccess(
              open -> {
                socket = open;
                StringBuilder text = new StringBuilder();
                open.handler(bytes -> hear(text.append(bytes)));
                open.write(
                    CONNECT
                        + "SUBSCRIBE\nid:s\nreceipt:r\ndestination:/topic/public.r\n"
                        + where
                        + "\n\n\0");
              });
    }

    private void hear(StringBuilder text) {
      int end;
      while ((end = text.indexOf("\0")) >= 0) {
        String frame = text.substring(0, end).stripLeading();
        text.delete(0, end + 1);
        if (frame.startsWith("RECEIPT")) {
          epoch = header(frame, "epoch");
          long at = Long.parseLong(header(frame, "offset"));
          boolean back = frame.contains("recovered:true");
          wrong.addAndGet(back && (offset == 0 || offset == at) ? 0 : 1);
          offset = at;
          subscribed.incrementAndGet();
        } else if (frame.startsWith("MESSAGE")) {
          long at = Long.parseLong(header(frame, "offset"));
          wrong.addAndGet(at == offset + 1 ? 0 : 1);
          offset = at;
          epoch = header(frame, "epoch");
          received.incrementAndGet();
        }
      }
    }
  }

  private static String header(String frame, String name) {
    int at = frame.indexOf('\n' + name + ':') + name.length() + 2;
    return frame.substring(
        at, frame.indexOf('\n', at) < 0 ? frame.length() : frame.indexOf('\n', at));
  }

  private void run(int clients, int missed) {
    for (int i = 0; i < 3; i++) {
      nodes.add(
          cluster
              .options(
                  "stomp.heart-beat=0s",
                  "limits.messages-per-second=1000000",
                  "limits.connections-per-address=100000",
                  "channels=[{address: public.r, history: {messages: 10000}}]")
              .optimized()
              .jvm("-Xmx1g")
              .start());
    }
    bystanders();
    List<Follower> followers = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      followers.add(new Follower());
    }
    connect(followers, nodes.get(2), nodes.get(2));
    await().atMost(PATIENCE).until(() -> subscribed.get() == clients);
    NetSocket publisher = TestGateway.await(TCP.connect(nodes.get(0).stompPort(), "127.0.0.1"));
    publisher.handler(bytes -> {});
    publisher.write(CONNECT);
    publish(publisher, 10);
    await().atMost(PATIENCE).until(() -> received.get() == 10L * clients);
    talk();
    await().atMost(PATIENCE).until(() -> heardByOthers() > BYSTANDERS * CALM_MESSAGES);
    forgetTimes();
    await().atMost(PATIENCE).until(() -> heardByOthers() > BYSTANDERS * CALM_MESSAGES);
    report("before");
    nodes.get(2).kill();
    publish(publisher, missed);
    LockSupport.parkNanos(Duration.ofSeconds(8).toNanos());
    forgetTimes();
    long cpu = cpuNanos();
    long start = System.nanoTime();
    connect(followers, nodes.get(0), nodes.get(1));
    await().atMost(PATIENCE).until(() -> received.get() >= (10L + missed) * clients);
    System.out.printf(
        "%d clients have %d messages each after %d ms; %.1f s of CPU of two nodes, %d MiB and %d MiB"
            + " resident; %d gaps, duplicates or refusals%n",
        clients,
        missed,
        (System.nanoTime() - start) / 1_000_000,
        (cpuNanos() - cpu) / 1e9,
        residentMiB(nodes.get(0)),
        residentMiB(nodes.get(1)),
        wrong.get());
    report("meanwhile");
    nodes.forEach(BusbarProcess::close);
    cluster.close();
  }

  /** Connects that many at a time, alternately to the two nodes. */
  private static void connect(List<Follower> all, BusbarProcess one, BusbarProcess other) {
    Semaphore room = new Semaphore(CONNECTING);
    for (int i = 0; i < all.size(); i++) {
      room.acquireUninterruptibly();
      all.get(i).connect(i % 2 == 0 ? one : other, room::release);
    }
  }

  private static void publish(NetSocket publisher, int count) {
    for (int i = 0; i < count; i++) {
      publisher.write("SEND\ndestination:/topic/public.r\n\nmessage number " + i + "\0");
    }
  }

  /** Starts clients at the two nodes that stay, on a channel of their own. */
  private void bystanders() {
    for (int i = 0; i < BYSTANDERS; i++) {
      NetSocket socket =
          TestGateway.await(OTHER_TCP.connect(nodes.get(i % 2).stompPort(), "127.0.0.1"));
      StringBuilder text = new StringBuilder();
      socket.handler(
          bytes -> {
            text.append(bytes);
            int end;
            while ((end = text.indexOf("\0")) >= 0) {
              String frame = text.substring(0, end);
              text.delete(0, end + 1);
              int at = frame.indexOf("\n\nt");
              if (at >= 0) {
                note(System.nanoTime() - Long.parseLong(frame.substring(at + 3)));
              }
            }
          });
      socket.write(CONNECT + "SUBSCRIBE\nid:s\ndestination:/topic/public.others\n\n\0");
    }
  }

  private void talk() {
    NetSocket socket = TestGateway.await(OTHER_TCP.connect(nodes.get(0).stompPort(), "127.0.0.1"));
    socket.handler(bytes -> {});
    socket.write(CONNECT);
    OTHERS.setPeriodic(
        20,
        timer ->
            socket.write("SEND\ndestination:/topic/public.others\n\nt" + System.nanoTime() + "\0"));
  }

  private void note(long nanos) {
    synchronized (took) {
      took.add(nanos);
    }
  }

  private int heardByOthers() {
    synchronized (took) {
      return took.size();
    }
  }

  private void forgetTimes() {
    synchronized (took) {
      took.clear();
    }
  }

  private void report(String when) {
    long[] all;
    synchronized (took) {
      all = took.stream().mapToLong(each -> each).sorted().toArray();
      took.clear();
    }
    System.out.printf(
        "others, %s: %d deliveries, half after %.1f ms, 99 of 100 after %.1f ms%n",
        when, all.length, all[all.length / 2] / 1e6, all[all.length * 99 / 100] / 1e6);
  }

  private long cpuNanos() {
    return nodes.subList(0, 2).stream().mapToLong(BusbarProcess::cpuNanos).sum();
  }

  private static long residentMiB(BusbarProcess node) {
    try {
      return Files.readAllLines(Path.of("/proc/" + node.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .sum();
    } catch (IOException e) {
      return -1;
    }
  }
}
