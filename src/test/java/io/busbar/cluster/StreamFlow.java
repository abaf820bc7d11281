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
import java.util.function.Supplier;

/**
 * Clients at each node who follow a stream, and go on at another node when theirs dies; and others
 * who publish on it. Says whether each of them heard everything in order, once, or was told that it
 * did not. All but the checks runs on one thread of its own.
 */
final class StreamFlow implements AutoCloseable {
  /** What the nodes keep of it. */
  static final String RULE = "{address: public.flow, history: {messages: 100000, size: 16MiB}}";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long TICK_MILLIS = 10;

  private final List<StreamListener> listeners = new ArrayList<>();
  private final List<Speaker> speakers = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean quiet;

  /** Returns when all follow. */
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

  /** One who publishes, at its node as long as that is there. */
  private final class Speaker {
    private final BusbarProcess node;
    private final Set<String> confirmed = new HashSet<>();
    private final ConcurrentLinkedQueue<String> receipts = new ConcurrentLinkedQueue<>();
    private TextConnection wire;
    private int said;

    Speaker(BusbarProcess node) {
      this.node = node;
      connect();
    }

    private void connect() {
      wire = TextConnection.tcp(node.http().getHost(), node.stompPort());
      wire.receiver(new StompFrames(this::heard)::take);
      wire.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
    }

    private void heard(Map<String, String> headers, String command, String body) {
      if (command.equals("RECEIPT")) {
        receipts.add(headers.get("receipt-id"));
      }
    }

    void tend() {
      for (String receipt = receipts.poll(); receipt != null; receipt = receipts.poll()) {
        confirmed.add(receipt);
      }
      if (!quiet && !wire.isGone()) {
        String body = node.pid() + "-" + said++;
        wire.send(
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
   * Ends it, when all have heard the last that was said.
   *
   * @param anyGap whether some may have been told that they missed something
   * @param cutOff the node that was in a part of its own, where what was confirmed was dropped when
   *     the parts became one; null for none
   * @return what came of it, in words
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
                    .allMatch(one -> one.wire.isGone() || one.confirmed.size() == one.said));
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
    speakers.forEach(one -> one.wire.close());
  }
}
