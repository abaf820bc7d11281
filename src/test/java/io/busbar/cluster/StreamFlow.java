package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonObject;
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

  private static final String CHANNEL = "public.flow";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long TICK_MILLIS = 5;

  /** What one heard: a message, or that something is missing before the next. */
  private record Heard(String epoch, long offset, String body, boolean gap) {}

  private final Supplier<List<BusbarProcess>> nodes;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Speaker> speakers = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean quiet;

  /** Returns when all follow. */
  StreamFlow(Supplier<List<BusbarProcess>> nodes) {
    this.nodes = nodes;
    for (BusbarProcess node : nodes.get()) {
      listeners.add(new OverBridge(node));
      listeners.add(new OverStomp(node));
      speakers.add(new Speaker(node));
    }
    thread.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    await().atMost(PATIENCE).until(() -> listeners.stream().allMatch(one -> one.follows));
  }

  private void tick() {
    try {
      listeners.forEach(Listener::tend);
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
    private Wire wire;
    private int said;

    Speaker(BusbarProcess node) {
      this.node = node;
      connect();
    }

    private void connect() {
      wire = Wire.tcp(node.http().getHost(), node.stompPort());
      wire.receiver(new Frames(this::heard)::take);
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
            "SEND\ndestination:/topic/" + CHANNEL + "\nreceipt:" + body + "\n\n" + body + "\0");
      }
    }
  }

  /** Takes STOMP's frames out of what comes in pieces. */
  private static final class Frames {
    private interface Taker {
      void take(Map<String, String> headers, String command, String body);
    }

    private final Taker taker;
    private String rest = "";

    Frames(Taker taker) {
      this.taker = taker;
    }

    void take(String text) {
      rest += text;
      for (int end = rest.indexOf('\0'); end >= 0; end = rest.indexOf('\0')) {
        String frame = rest.substring(0, end).stripLeading();
        rest = rest.substring(end + 1);
        String[] parts = frame.split("\n\n", 2);
        String[] lines = parts[0].split("\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
          String[] header = lines[i].split(":", 2);
          headers.putIfAbsent(header[0], header[1]);
        }
        taker.take(headers, lines[0], parts.length > 1 ? parts[1] : "");
      }
    }
  }

  /** One who follows, wherever it can. */
  private abstract class Listener {
    private final List<Heard> heard = new ArrayList<>();
    private final ConcurrentLinkedQueue<Heard> coming = new ConcurrentLinkedQueue<>();
    private BusbarProcess node;
    private Wire wire;
    private int moved;
    protected volatile boolean follows;

    Listener(BusbarProcess node) {
      this.node = node;
      connect();
    }

    private void connect() {
      follows = false;
      wire = open(node);
      listen(wire, last());
    }

    /** The last message that it heard, or where it was told that the stream is; null for none. */
    private Heard last() {
      return heard.isEmpty() ? null : heard.get(heard.size() - 1);
    }

    abstract Wire open(BusbarProcess at);

    abstract void listen(Wire at, Heard last);

    /** The server said where it is. */
    void told(String epoch, long offset, boolean recovered) {
      coming.add(new Heard(epoch, offset, null, !recovered));
    }

    void message(String epoch, long offset, String body) {
      coming.add(new Heard(epoch, offset, body, false));
    }

    void tend() {
      for (Heard next = coming.poll(); next != null; next = coming.poll()) {
        heard.add(next);
        follows = true;
      }
      if (wire.isGone() && coming.isEmpty()) {
        List<BusbarProcess> there = nodes.get();
        node = there.contains(node) && moved == 0 ? node : there.get(moved % there.size());
        moved++;
        try {
          connect();
        } catch (Exception | AssertionError e) {
          // That node is gone, too, or not there yet: the next one is tried in the next turn.
          follows = false;
        }
      }
    }

    long offset() {
      return heard.isEmpty() ? 0 : last().offset();
    }

    /** How often it was told of a gap; fails where it was not told of one. */
    int check(Map<String, String> bodies) {
      int gaps = 0;
      Heard before = null;
      Set<String> once = new HashSet<>();
      for (Heard next : heard) {
        if (next.gap()) {
          gaps++;
          once.clear();
        } else if (before != null) {
          long expected = next.body() == null ? before.offset() : before.offset() + 1;
          assertThat(next.offset())
              .as("%s behind %s at %s", next, before, this)
              .isEqualTo(expected);
        }
        if (next.body() != null) {
          assertThat(once.add(next.body())).as("%s comes once to %s", next, this).isTrue();
          String place = next.epoch() + ":" + next.offset();
          String other = bodies.putIfAbsent(place, next.body());
          assertThat(other == null || other.equals(next.body())).as("two of %s", place).isTrue();
        }
        before = next;
      }
      return gaps;
    }

    Set<String> bodies() {
      Set<String> bodies = new HashSet<>();
      heard.forEach(one -> bodies.add(one.body()));
      return bodies;
    }

    void close() {
      wire.close();
    }

    @Override
    public String toString() {
      return getClass().getSimpleName()
          + " at "
          + node.http()
          + (follows ? ", " : ", does not follow, ")
          + (heard.isEmpty() ? "nothing" : last())
          + (wire.isGone() ? ", gone" : "");
    }
  }

  private final class OverBridge extends Listener {
    private String epoch;

    OverBridge(BusbarProcess node) {
      super(node);
    }

    @Override
    Wire open(BusbarProcess at) {
      return Wire.webSocket(at.http(), "/eventbus/websocket");
    }

    @Override
    void listen(Wire at, Heard last) {
      at.receiver(
          text -> {
            JsonObject frame = new JsonObject(text);
            epoch = frame.getString("epoch", epoch);
            if ("subscribed".equals(frame.getString("type"))) {
              told(epoch, frame.getLong("offset"), frame.getBoolean("recovered"));
            } else if (frame.containsKey("offset")) {
              message(epoch, frame.getLong("offset"), frame.getString("body"));
            }
          });
      JsonObject register = new JsonObject().put("type", "register").put("address", CHANNEL);
      at.send(
          (last == null
                  ? register.put("recover", true)
                  : register.put(
                      "since",
                      new JsonObject().put("epoch", last.epoch()).put("offset", last.offset())))
              .encode());
    }
  }

  private final class OverStomp extends Listener {
    OverStomp(BusbarProcess node) {
      super(node);
    }

    @Override
    Wire open(BusbarProcess at) {
      return Wire.tcp(at.http().getHost(), at.stompPort());
    }

    @Override
    void listen(Wire at, Heard last) {
      at.receiver(new Frames(this::frame)::take);
      String where =
          last == null
              ? "x-stream-offset:next"
              : "x-stream-offset:" + (last.offset() + 1) + "\nepoch:" + last.epoch();
      at.send(
          "CONNECT\naccept-version:1.2\nhost:here\n\n\0"
              + "SUBSCRIBE\nid:0\nreceipt:r\ndestination:/topic/"
              + CHANNEL
              + "\n"
              + where
              + "\n\n\0");
    }

    private void frame(Map<String, String> headers, String command, String body) {
      String offset = headers.get("offset");
      String recovered = headers.get("recovered");
      if (offset != null && recovered != null) {
        told(headers.get("epoch"), Long.parseLong(offset), recovered.equals("true"));
      } else if (offset != null) {
        message(headers.get("epoch"), Long.parseLong(offset), body);
      }
    }
  }

  /**
   * Ends it, when all have heard the last that was said.
   *
   * @param anyGap whether some may have been told that they missed something
   * @return what came of it, in words
   */
  String finish(boolean anyGap) {
    quiet = true;
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              long most = listeners.stream().mapToLong(Listener::offset).max().orElseThrow();
              assertThat(listeners).allMatch(one -> one.follows && one.offset() == most);
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
    for (Listener one : listeners) {
      gaps += one.check(bodies);
    }
    Set<String> all = new HashSet<>();
    listeners.forEach(one -> all.addAll(one.bodies()));
    int confirmed = 0;
    for (Speaker one : speakers) {
      confirmed += one.confirmed.size();
      assertThat(all).as("what was confirmed is heard").containsAll(one.confirmed);
    }
    assertThat(anyGap || gaps == 0).as("%d gaps were told", gaps).isTrue();
    return "stream: %d confirmed, %d heard by some, %d listeners moved, %d gaps told"
        .formatted(
            confirmed, all.size(), listeners.stream().filter(one -> one.moved > 0).count(), gaps);
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    listeners.forEach(Listener::close);
    speakers.forEach(one -> one.wire.close());
  }
}
