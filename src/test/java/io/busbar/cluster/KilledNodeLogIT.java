package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Numbers;
import io.busbar.load.Peer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of a node's log when another node is killed to which it sends messages. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KilledNodeLogIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CHANNEL = "public.killed";
  private static final String[] SETTINGS = {
    "features=[]", "shutdown.spread=0s", "cluster.bus.backlog=64MiB", NodeHealth.SETTING
  };

  private static final int LAST = 1_000_000;
  private static final int SIZE = 100_000;

  /** More than the sockets between two nodes hold. */
  private static final int MANY = 200;

  /** A few kinds of lines, each once and then with a count every minute. */
  private static final int MOST_LINES = 20;

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void lostMessagesAreFewLogLinesWithoutStackTraces() {
    BusbarProcess node = cluster.start(SETTINGS);
    BusbarProcess dying = cluster.start(SETTINGS);
    Peer publisher = TestGateway.await(Peer.connect(LoadProtocol.BRIDGE, node.httpPort(), 0));
    Peer listener = TestGateway.await(Peer.connect(LoadProtocol.BRIDGE, dying.httpPort(), 0));
    TestGateway.await(listener.subscribe(CHANNEL));
    Peer witness = TestGateway.await(Peer.connect(LoadProtocol.BRIDGE, node.httpPort(), 0));
    TestGateway.await(witness.subscribe(CHANNEL));
    publishUntil(
        publisher, () -> listener.received().count() > 0 && witness.received().count() > 0);

    dying.signal("STOP");
    for (int i = 0; i < MANY; i++) {
      publisher.publish(CHANNEL, Numbers.mark(LAST - MANY + i, SIZE));
    }
    publisher.publish(CHANNEL, Numbers.mark(LAST, 0));
    await().atMost(PATIENCE).until(() -> witness.received().last() == LAST);
    dying.kill();
    publishUntil(publisher, () -> node.errLines().stream().anyMatch(KilledNodeLogIT::isOfLoss));
    publishUntil(publisher, () -> NodeHealth.of(node).members() == 1);
    node.terminate();
    node.exitCode();
    List<String> lines = node.errLines();
    assertThat(lines).anyMatch(line -> line.contains("more within a minute: a message to another"));
    assertThat(lines).noneMatch(line -> line.contains("Unhandled exception"));
    assertThat(lines).noneMatch(line -> line.startsWith("    at io.vertx."));
    assertThat(lines.stream().filter(KilledNodeLogIT::isOfLoss)).hasSizeLessThan(MOST_LINES);
  }

  private static boolean isOfLoss(String line) {
    return line.contains("is lost");
  }

  private static void publishUntil(Peer publisher, Callable<Boolean> done) {
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(
            () -> {
              publisher.publish(CHANNEL, Numbers.mark(1, 0));
              return done.call();
            });
  }
}
