package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests features that the nodes of a cluster share, also when nodes die. */
final class DeployNodesIT {
  private static final String TOKEN = "a-token-of-16-or-more";
  private static final int ROUNDS = Prerequisites.isLong() ? 3 : 1;

  @TempDir Path folder;

  private final TestCluster cluster = new TestCluster();
  private final Map<String, BusbarProcess> nodes = new HashMap<>();
  private FeatureJars jars;

  @BeforeEach
  void start() {
    jars = new FeatureJars(folder);
    start("a", "b", "c");
  }

  private void start(String... names) {
    for (String name : names) {
      nodes.put(
          name,
          cluster.start(
              "deploy.enabled=true",
              "deploy.drain=1s",
              "bridge.reply-timeout=3s",
              "admin.token=" + TOKEN,
              "data=" + folder.resolve(name),
              "permissions=[{address: poll, allow: [send]}]"));
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private String run(String node, String... command) throws Exception {
    return FeatureClient.run(nodes.get(node), TOKEN, command);
  }

  private void kill(String node) {
    nodes.remove(node).kill();
  }

  /** The ids of the processes that answer requests to the nodes. */
  private Set<Long> answering() {
    Set<Long> pids = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      for (BusbarProcess node : nodes.values()) {
        JsonObject body = FeatureClient.ask(node).getJsonObject("body");
        if (body != null) {
          pids.add(body.getLong("here"));
        }
      }
    }
    return pids;
  }

  private void awaitVersion(String node, String version) {
    await().atMost(Duration.ofSeconds(40)).until(() -> versions(node), Set.of(version)::equals);
  }

  /** The deployed features of all nodes, as one node lists them. */
  private List<JsonObject> features(String node) throws Exception {
    return FeatureClient.list(nodes.get(node), TOKEN);
  }

  private Set<String> versions(String node) throws Exception {
    Set<String> versions = new HashSet<>();
    features(node).forEach(each -> versions.add(each.getString("version")));
    return versions;
  }

  private long count(String node, String state) throws Exception {
    return features(node).stream().filter(each -> each.getString("state").equals(state)).count();
  }

  @Test
  void featureRunsOnAllNodesAndOnNewOnes() throws Exception {
    assertThat(run("a", "deploy", "--all", jars.poll("1", 0).toString()))
        .matches("0 poll 1 runs on \\w{8}, \\w{8}, \\w{8}");
    assertThat(answering()).hasSize(3);
    start("d");
    await().until(() -> count("d", "running") == 4);
    assertThat(run("b", "deploy", jars.poll("2", 0).toString()))
        .isEqualTo("2 busbar: poll is on all nodes: deploy it with --all, or undeploy it first");
    assertThat(run("b", "deploy", "--all", jars.poll("2", 0).toString()))
        .endsWith(", in the place of 1");
    assertThat(versions("c")).containsExactly("2");
    kill("c");
    assertThat(run("d", "undeploy", "poll")).isEqualTo("0 poll runs no more");
    start("c");
    await().until(() -> features("a").isEmpty());
    assertThat(features("c")).as("one that was away meanwhile").isEmpty();
  }

  @Test
  void singleInstanceMovesWhenItsNodeDies() throws Exception {
    String once = "instances: cluster:1\n";
    String said = run("a", "deploy", jars.poll("1", 0, once).toString());
    assertThat(said).matches("0 poll 1 runs on \\w{8}");
    Set<Long> before = answering();
    assertThat(before).hasSize(1);
    assertThat(count("b", "standby")).isEqualTo(2);
    String home =
        nodes.entrySet().stream()
            .filter(each -> before.contains(each.getValue().pid()))
            .findFirst()
            .orElseThrow()
            .getKey();
    String other = home.equals("a") ? "b" : "a";
    assertThat(run(other, "deploy", jars.poll("2", 0, once).toString()))
        .endsWith(", in the place of 1");
    assertThat(answering()).as("a new version stays where the old one was").isEqualTo(before);
    kill(home);
    await().atMost(Duration.ofSeconds(40)).until(() -> answering().size() == 1);
    Set<Long> after = answering();
    assertThat(after).doesNotContainAnyElementsOf(before);
    assertThat(FeatureClient.version(nodes.get(other))).isEqualTo("2");
    start(home);
    await().until(() -> count(other, "standby") == 2);
    assertThat(answering()).as("nothing moves without need").isEqualTo(after);
  }

  @Tag("long")
  @Test
  void failingVersionChangesNothingOnAnyNode() throws Exception {
    run("a", "deploy", "--all", jars.poll("1", 0).toString());
    Path broken = jars.broken("{name: poll, version: '2', verticle: example.Broken}");
    assertThat(run("b", "deploy", "--all", broken.toString()))
        .endsWith("it did not start: no database");
    assertThat(versions("c")).containsExactly("1");
    assertThat(answering()).hasSize(3);
    assertThat(run("a", "deploy", jars.poll("1", 0, "channels: [{address: x}]").toString()))
        .contains("deploy it with --all");
  }

  @Test
  void runningVersionWasConfirmedAmongConcurrentDeploys() throws Exception {
    run("a", "deploy", "--all", jars.poll("0", 0).toString());
    for (int i = 1; i <= ROUNDS; i++) {
      Map<String, String> said = new ConcurrentHashMap<>();
      List<Thread> deployers = new ArrayList<>();
      for (String node : List.of("a", "b", "c")) {
        Path jar = jars.poll(node + i, 0);
        deployers.add(
            new Thread(() -> said.put(node, tryToRun(node, "deploy", "--all", jar.toString()))));
      }
      deployers.forEach(Thread::start);
      for (Thread deployer : deployers) {
        deployer.join();
      }
      int round = i;
      Set<String> answers = new HashSet<>();
      said.forEach(
          (node, words) -> {
            if (words.startsWith("0 ")) {
              answers.add(node + round);
            } else {
              assertThat(words).contains("somebody else has deployed");
            }
          });
      assertThat(answers).as("at least one").isNotEmpty();
      Set<String> there = new HashSet<>();
      await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () -> {
                there.clear();
                there.addAll(versions("a"));
                return there.size() == 1;
              });
      assertThat(answers).containsAll(there);
    }
  }

  private String tryToRun(String node, String... command) {
    try {
      return run(node, command);
    } catch (Exception e) {
      return "2 " + e;
    }
  }

  /**
   * A node dies during a deployment. At the end all nodes have what was confirmed, and nothing
   * else.
   */
  @Test
  void nodesAgreeWhenOneDiesDuringADeployment() throws Exception {
    String confirmed = "0";
    run("a", "deploy", "--all", jars.poll(confirmed, 0).toString());
    List<String> said = new ArrayList<>();
    for (int i = 1; i <= ROUNDS; i++) {
      String version = "" + i;
      Path next = jars.poll(version, 0);
      Thread deployer =
          new Thread(() -> said.add(tryToRun("a", "deploy", "--all", next.toString())));
      deployer.start();
      kill(i % 2 == 0 ? "b" : "c");
      deployer.join();
      start(i % 2 == 0 ? "b" : "c");
    }
    assertThat(said).hasSize(ROUNDS);
    String last = "0";
    for (int i = 0; i < ROUNDS; i++) {
      last = said.get(i).startsWith("0 ") ? "" + (i + 1) : last;
    }
    String now = versions("a").iterator().next();
    if (said.get(ROUNDS - 1).startsWith("0 ")) {
      assertThat(now).isEqualTo(last);
    }
    for (String node : nodes.keySet()) {
      awaitVersion(node, now);
    }
    await().until(() -> answering().size() == 3);
  }
}
