package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Clients on each node that follow a stream, and move to another node when theirs dies; and
 * publishers. It checks that each client heard all messages in order and once, or was told of a
 * gap. Its own thread runs everything except the checks.
 */
final class StreamFlow implements AutoCloseable {
  /** Rule of the nodes for the stream. */
  static final String RULE = "{address: public.flow, history: {messages: 100000, size: 16MiB}}";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long TICK_MILLIS = 10;
  private static final AtomicInteger FLOWS = new AtomicInteger();

  /** The stream keeps the messages of earlier flows, so the bodies of each flow are different. */
  private final int flow = FLOWS.incrementAndGet();

  private final List<StreamListener> listeners = new ArrayList<>();
  private final List<Speaker> speakers = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean quiet;

  /** Starts the clients; returns when all follow the stream. */
  StreamFlow(Supplier<List<BusbarProcess>> nodes) {
    for (BusbarProcess node : nodes.get()) {
      listeners.addAll(StreamListener.ofAllProtocols(node, nodes));
      speakers.add(new Speaker(node));
    }
    thread.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    await().atMost(PATIENCE).until(() -> listeners.stream().allMatch(StreamListener::follows));
  }

  private void tick() {
    try {
      listeners.forEach(StreamListener::tend);
      speakers.forEach(Speaker::tend);
    } catch (Exception | AssertionError e) {
      System.out.println("stream flow: " + e);
    }
  }

  /** A publisher on one node, while the node is alive. Used by the thread of the flow. */
  private final class Speaker {
    private final BusbarProcess node;
    private final Set<String> confirmed = new HashSet<>();
    private final ConcurrentLinkedQueue<String> receipts = new ConcurrentLinkedQueue<>();
    private TextConnection connection;
    private int said;

    Speaker(BusbarProcess node) {
      this.node = node;
      connect();
    }

    private void connect() {
      connection = TextConnection.tcp(node.http().getHost(), node.stompPort());
      connection.receiver(new StompFrames(this::received)::take);
      connection.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
    }

    private void received(Map<String, String> headers, String command, String body) {
      if (command.equals("RECEIPT")) {
        receipts.add(headers.get("receipt-id"));
      }
    }

    void tend() {
      for (String receipt = receipts.poll(); receipt != null; receipt = receipts.poll()) {
        confirmed.add(receipt);
      }
      if (!quiet && !connection.isDisconnected()) {
        String body = flow + "-" + node.pid() + "-" + said++;
        connection.send(
            "SEND\ndestination:/topic/"
                + StreamListener.CHANNEL
                + "\nreceipt:"
                + body
                + "\n\n"
                + body
                + "\0");
      }
    }
  }

  /**
   * Ends the flow when all clients have heard the last message.
   *
   * @param anyGap whether some may have been told of a gap
   * @param cutOff node whose confirmed messages were dropped when the cluster became one again;
   *     null for none
   * @return the result as a text
   */
  String finish(boolean anyGap, BusbarProcess cutOff) {
    quiet = true;
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              long most = listeners.stream().mapToLong(StreamListener::offset).max().orElseThrow();
              assertThat(listeners).allMatch(one -> one.follows() && one.offset() == most);
            });
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(speakers)
                    .allMatch(
                        one ->
                            one.connection.isDisconnected() || one.confirmed.size() == one.said));
    close();
    Map<String, String> bodies = new HashMap<>();
    int gaps = 0;
    for (StreamListener one : listeners) {
      gaps += one.check(bodies);
    }
    Set<String> all = new HashSet<>();
    listeners.forEach(one -> all.addAll(one.bodies()));
    int confirmed = 0;
    for (Speaker one : speakers) {
      confirmed += one.confirmed.size();
      if (one.node != cutOff) {
        assertThat(all).as("what was confirmed is heard").containsAll(one.confirmed);
      }
    }
    assertThat(anyGap || gaps == 0).as("%d gaps were told", gaps).isTrue();
    return "stream: %d confirmed, %d heard by some, %d listeners moved, %d gaps told"
        .formatted(
            confirmed,
            all.size(),
            listeners.stream().filter(StreamListener::hasMoved).count(),
            gaps);
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    listeners.forEach(StreamListener::close);
    speakers.forEach(one -> one.connection.close());
  }
}
