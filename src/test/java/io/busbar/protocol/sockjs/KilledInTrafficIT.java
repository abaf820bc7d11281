package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.session.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node is killed while it carries messages to HTTP sessions. Each client gets all messages up to
 * some point and then an error, or gets all.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KilledInTrafficIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BUSY = "public.busy";
  private static final int MESSAGES = 4_000;

  /**
   * A channel with few messages, where a poll mostly waits: one for each {@link #QUIET_PART}
   * others.
   */
  private static final String QUIET = "public.quiet";

  private static final int QUIET_PART = 400;
  private static final int EACH = 4;
  private static final String[] SETTINGS = {"features=[]", "shutdown.spread=0s"};

  private final TestCluster cluster = new TestCluster();
  private final List<SessionReader> readers = new ArrayList<>();

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void killedNodeOfTheConnectionsCausesNoGaps() throws IOException {
    TestGateway home = cluster.startHere(SETTINGS);
    TestGateway rest = cluster.startHere(SETTINGS);
    BusbarProcess dying = cluster.start(SETTINGS);
    open(home.httpPort(), dying.httpPort(), rest.httpPort());
    await().atMost(PATIENCE).until(() -> home.counters().subscriptionCount() == readers.size());
    killInTraffic(dying, home);
    for (SessionReader reader : readers) {
      assertThat(reader.got()).as(reader.toString()).isEqualTo(numbers(0, reader.got().size()));
      assertThat(reader.isInterrupted() || reader.isComplete()).as(reader.toString()).isTrue();
    }
  }

  @Test
  void killedNodeOfTheSessionsInterruptsThem() throws IOException {
    TestGateway talking = cluster.startHere(SETTINGS);
    TestGateway connected = cluster.startHere(SETTINGS);
    BusbarProcess dying = cluster.start(SETTINGS);
    open(dying.httpPort(), connected.httpPort(), connected.httpPort());
    killInTraffic(dying, talking);
    for (SessionReader reader : readers) {
      List<Integer> got = reader.got();
      assertThat(got).as(reader.toString()).isEqualTo(numbers(got.get(0), got.get(0) + got.size()));
      assertThat(reader.isInterrupted()).as(reader.toString()).isTrue();
    }
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private void open(int home, int via, int rest) throws IOException {
    for (int i = 0; i < EACH; i++) {
      for (String transport : List.of("xhr", "xhr_streaming", "eventsource")) {
        String url = open(home, BUSY);
        readers.add(new SessionReader(url, transport, MESSAGES, via, rest));
      }
      String url = open(home, QUIET);
      readers.add(new SessionReader(url, "xhr", MESSAGES / QUIET_PART, via, rest));
    }
  }

  /**
   * Opens a session that listens to the channel, on the node with that port, and returns its URL.
   */
  private static String open(int home, String channel) throws IOException {
    String url = "/eventbus/000/" + UUID.randomUUID();
    String register = "[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"%s\\\"}\"]";
    try (RawHttp http = new RawHttp(home)) {
      assertThat(http.post(url + "/xhr", "").body()).isEqualTo("o\n");
      assertThat(http.post(url + "/xhr_send", register.formatted(channel)).status()).isEqualTo(204);
    }
    return url;
  }

  /** Publishes, kills the node, and returns when every client has ended. */
  private void killInTraffic(BusbarProcess dying, TestGateway talking) {
    List<CompletableFuture<Void>> reading = readers.stream().map(SessionReader::start).toList();
    AtomicInteger next = new AtomicInteger();
    talking
        .vertx()
        .setPeriodic(
            1,
            timer -> {
              int number = next.get();
              if (number < MESSAGES) {
                talking.bus().publish(BUSY, number);
                if (number % QUIET_PART == 0) {
                  talking.bus().publish(QUIET, number / QUIET_PART);
                }
                next.incrementAndGet();
              }
            });
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(
            () ->
                readers.stream().allMatch(SessionReader::isWellUnderWay)
                    && isBetweenTwoQuietMessages(next.get()));
    dying.kill();
    int said = next.get();
    CompletableFuture.allOf(reading.toArray(CompletableFuture[]::new))
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
    System.out.println("sockjs: killed after " + said + " of " + MESSAGES + ": " + readers);
    assertThat(said).isLessThan(MESSAGES);
  }

  /** Returns whether the last message of the quiet channel has been read for a while. */
  private static boolean isBetweenTwoQuietMessages(int number) {
    int since = number % QUIET_PART;
    return since > QUIET_PART / 4 && since < QUIET_PART / 2;
  }
}
