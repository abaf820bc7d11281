package io.busbar.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.cluster.Network;
import io.busbar.cluster.NodeHealth;
import io.busbar.cluster.TestCluster;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests presence when a node dies or is frozen. Each of three nodes owns some of the channels. Each
 * node has a user of its own, and one user is on all of them. Longer tests run with {@code mvn
 * verify -Pchaos}, where ChaosIT has the same faults with more users.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PresenceNodesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Vertx VERTX = Vertx.vertx();
  private static final List<String> CHANNELS =
      IntStream.range(0, 9).mapToObj(i -> "public.room" + i).toList();

  @TempDir private static Path folder;

  private TestCluster cluster;
  private final List<BusbarProcess> nodes = new ArrayList<>();
  private final List<PresenceClient> watchers = new ArrayList<>();

  /**
   * @param network null for none
   */
  private void start(Network network) throws IOException {
    cluster = new TestCluster(network);
    Path users = Users.in(folder, "u0", "u1", "u2", "all", "late");
    for (int i = 0; i < 3; i++) {
      nodes.add(
          cluster.startIn(
              i,
              "auth.users=" + users,
              "features=[{verticle: io.busbar.feature.EchoVerticle}]",
              "channels=[{address: 'public.*', presence: true}]",
              NodeHealth.SETTING));
    }
    for (BusbarProcess node : nodes) {
      PresenceClient watcher = PresenceClient.at(VERTX, node.http());
      CHANNELS.forEach(watcher::watch);
      watchers.add(watcher);
    }
    for (int i = 0; i < 3; i++) {
      enter("u" + i, i);
      enter("all", i);
    }
    for (PresenceClient watcher : watchers) {
      for (String channel : CHANNELS) {
        assertThat(watcher.awaitChanges(channel, 4))
            .containsExactlyInAnyOrder("join u0", "join u1", "join u2", "join all");
      }
    }
    NodeHealth.awaitSafe(nodes);
  }

  @AfterEach
  void end() throws IOException {
    if (cluster == null) {
      return;
    }
    cluster.close();
    Path logs = Files.createDirectories(Path.of("target", "presence"));
    for (int i = 0; i < nodes.size(); i++) {
      Files.write(logs.resolve(i + ".log"), nodes.get(i).errLines());
    }
  }

  private PresenceClient enter(String user, int place) {
    PresenceClient presenceClient = PresenceClient.named(user, VERTX, nodes.get(place).http());
    CHANNELS.forEach(channel -> presenceClient.enter(channel, null));
    return presenceClient;
  }

  @Test
  void usersOfAKilledNodeLeaveOnceAndOthersStay() throws IOException {
    start(null);
    nodes.get(2).kill();
    for (int i = 0; i < 2; i++) {
      assertEvents(i, 5, "leave u2");
    }
    joinAndLeave(0);
    for (int i = 0; i < 2; i++) {
      assertEvents(i, 7, "leave u2", "join late", "leave late");
      assertListed(i, "all 2 null", "u0 1 null", "u1 1 null");
    }
  }

  @Tag("long")
  @Test
  void usersOfAFrozenNodeLeaveAndReturnOnce() throws IOException {
    start(null);
    nodes.get(1).signal("STOP");
    for (int i : List.of(0, 2)) {
      assertEvents(i, 5, "leave u1");
    }
    nodes.get(1).signal("CONT");
    for (int i : List.of(0, 2)) {
      assertEvents(i, 6, "leave u1", "join u1");
    }
    for (int i = 0; i < 3; i++) {
      assertListed(i, "all 3 null", "u0 1 null", "u1 1 null", "u2 1 null");
    }
    joinAndLeave(2);
    for (int i : List.of(0, 2)) {
      assertEvents(i, 8, "leave u1", "join u1", "join late", "leave late");
    }
  }

  /** For each part of the cluster, the users of the other part leave and come back. */
  @Tag("long")
  @Test
  void usersAcrossAPartitionLeaveAndReturnOnce() throws IOException {
    Optional<Network> network = Network.open(3);
    Assumptions.assumeTrue(network.isPresent(), "no network to cut");
    start(network.get());
    network.get().cut(2);
    for (int i = 0; i < 2; i++) {
      assertEvents(i, 5, "leave u2");
    }
    for (String channel : CHANNELS) {
      assertThat(watchers.get(2).awaitChanges(channel, 6).subList(4, 6))
          .as(channel)
          .containsExactlyInAnyOrder("leave u0", "leave u1");
    }
    network.get().heal(2);
    for (int i = 0; i < 2; i++) {
      assertEvents(i, 6, "leave u2", "join u2");
    }
    for (int i = 0; i < 3; i++) {
      assertListed(i, "all 3 null", "u0 1 null", "u1 1 null", "u2 1 null");
    }
    for (String channel : CHANNELS) {
      await().atMost(PATIENCE).until(() -> eventsAfterTheCut(channel).size() >= 2);
    }
    joinAndLeave(0);
    for (String channel : CHANNELS) {
      await().atMost(PATIENCE).until(() -> watchers.get(2).changes(channel).contains("leave late"));
      assertThat(eventsAfterTheCut(channel))
          .as(channel)
          .containsExactlyInAnyOrder("join u0", "join u1");
    }
  }

  /**
   * The events on the node that was cut off, after it announced that the users of the others had
   * left.
   */
  private List<String> eventsAfterTheCut(String channel) {
    List<String> changes = watchers.get(2).changes(channel);
    return changes.subList(6, changes.size()).stream()
        .filter(it -> it.matches(".* u[01]"))
        .toList();
  }

  /** A user comes and leaves. Its leave comes after all other events. */
  private void joinAndLeave(int place) {
    PresenceClient late = enter("late", place);
    for (String channel : CHANNELS) {
      await().atMost(PATIENCE).until(() -> late.whoIsIn(channel).contains("late 1 null"));
    }
    late.close();
  }

  private void assertEvents(int place, int count, String... after) {
    for (String channel : CHANNELS) {
      List<String> changes = watchers.get(place).awaitChanges(channel, count);
      assertThat(changes.subList(4, changes.size())).as(channel).containsExactly(after);
    }
  }

  private void assertListed(int place, String... users) {
    for (String channel : CHANNELS) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(watchers.get(place).whoIsIn(channel))
                      .as(channel)
                      .containsExactly(users));
    }
  }
}
