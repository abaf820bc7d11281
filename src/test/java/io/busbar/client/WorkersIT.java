package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import io.busbar.WorkerProcess;
import io.busbar.WorkerProcess.Language;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the workers of workers.md in processes of their own, while clients send thousands of
 * requests.
 */
final class WorkersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String RULES =
      "permissions=[{address: jobs, allow: [subscribe, send]}, {address: echo, allow: [send]}]";

  private static final int ASKERS = 4;
  private static final int QUESTIONS = 2_000;
  private static final int OPEN = 100;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final List<RequestClient> askers = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    askers.forEach(RequestClient::close);
    workers.forEach(WorkerProcess::close);
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private static String rule(String more) {
    return "workers=[{address: jobs" + more + "}]";
  }

  private BusbarProcess gateway(String rule) {
    BusbarProcess gateway = BusbarProcess.start("tcp-bridge.enabled=true", RULES, rule);
    opened.add(gateway);
    return gateway;
  }

  private WorkerProcess worker(Language language, int port) {
    language.assumeThere();
    WorkerProcess worker = language.start(port, "jobs");
    workers.add(worker);
    return worker;
  }

  /** Waits until each worker that was started handles a request. */
  private void awaitAllWork(int port) {
    int warm = askers.size();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (RequestClient asker =
                  RequestClient.start(port, "warm-" + warm, "jobs", workers.size(), 1)) {
                await().atMost(PATIENCE).until(asker::isDone);
              }
              return workers.stream().noneMatch(worker -> worker.handled().isEmpty());
            });
  }

  private void ask(int port) {
    for (int i = 0; i < ASKERS; i++) {
      askers.add(RequestClient.start(port, "q" + i, "jobs", QUESTIONS, OPEN));
    }
  }

  private int done() {
    return askers.stream().mapToInt(asker -> asker.received().size()).sum();
  }

  private void awaitDone(int count) {
    await().atMost(PATIENCE).until(() -> done() >= count);
  }

  /** Checks that each question has exactly one result; counts the results by kind. */
  private Map<String, Integer> outcomes() {
    awaitDone(ASKERS * QUESTIONS);
    Map<String, Integer> counts = new TreeMap<>();
    for (RequestClient asker : askers) {
      asker
          .received()
          .forEach(
              (question, all) -> {
                assertThat(all).as(question).hasSize(1);
                JsonObject outcome = all.get(0);
                boolean answer = outcome.getString("type").equals("message");
                if (answer) {
                  assertThat(outcome.getString("body")).isEqualTo("did " + question);
                }
                String kind = answer ? "answer" : outcome.getString("failureType");
                String code = answer ? "" : " " + outcome.getValue("failureCode");
                counts.merge(kind + code, 1, Integer::sum);
              });
    }
    return counts;
  }

  private Set<String> answered() {
    Set<String> answered = new HashSet<>();
    for (RequestClient asker : askers) {
      asker
          .received()
          .forEach(
              (question, all) -> {
                if (all.get(0).getString("type").equals("message")) {
                  answered.add(question);
                }
              });
    }
    return answered;
  }

  /** All requests that any worker has handled, as often as they were handled. */
  private List<String> handled() {
    return workers.stream()
        .flatMap(worker -> worker.handled().stream())
        .filter(question -> question.startsWith("q"))
        .toList();
  }

  private void killTwoWorkersUnderLoad(int port) {
    WorkerProcess python = worker(Language.PYTHON, port);
    WorkerProcess node = worker(Language.NODE, port);
    worker(Language.PYTHON, port);
    worker(Language.NODE, port);
    awaitAllWork(port);
    ask(port);
    awaitDone(1_000);
    python.signal("KILL");
    python.exitCode();
    awaitDone(3_000);
    node.signal("KILL");
    node.exitCode();
    worker(Language.PYTHON, port);
    await().atMost(PATIENCE).until(() -> askers.stream().allMatch(RequestClient::isDone));
  }

  @Test
  void killedWorkerFailsOnlyItsOpenRequests() {
    BusbarProcess gateway = gateway(rule(", concurrency: 50"));
    killTwoWorkersUnderLoad(gateway.tcpBridgePort());
    Map<String, Integer> outcomes = outcomes();
    assertThat(outcomes).containsOnlyKeys("answer", "RECIPIENT_FAILURE 502");
    assertThat(outcomes.get("RECIPIENT_FAILURE 502")).isBetween(1, 100);
    await().atMost(PATIENCE).until(() -> new HashSet<>(handled()).containsAll(answered()));
    assertThat(handled()).doesNotHaveDuplicates();
  }

  @Test
  void retriedRequestsSurviveAKilledWorker() {
    BusbarProcess gateway = gateway(rule(", concurrency: 50, retry: true"));
    killTwoWorkersUnderLoad(gateway.tcpBridgePort());
    assertThat(outcomes()).containsOnlyKeys("answer");
    await().atMost(PATIENCE).until(() -> new HashSet<>(handled()).size() == ASKERS * QUESTIONS);
  }

  @Test
  void frozenWorkerIsDisconnectedAndWorksAgainLater() {
    BusbarProcess gateway = gateway(rule(", concurrency: 50, timeout: 2s, retry: true"));
    int port = gateway.tcpBridgePort();
    WorkerProcess stopped = worker(Language.PYTHON, port);
    worker(Language.NODE, port);
    awaitAllWork(port);
    ask(port);
    awaitDone(1_000);
    stopped.signal("STOP");
    Map<String, Integer> outcomes = outcomes();
    assertThat(outcomes.keySet())
        .isSubsetOf("answer", "RECIPIENT_FAILURE 504")
        .contains("RECIPIENT_FAILURE 504");
    assertThat(outcomes.get("RECIPIENT_FAILURE 504")).isBetween(1, 50);
    int before = stopped.handled().size();
    stopped.signal("CONT");
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (RequestClient asker = RequestClient.start(port, "again", "jobs", 2, 1)) {
                await().atMost(PATIENCE).until(asker::isDone);
              }
              return stopped.handled().stream().skip(before).anyMatch("again-1"::equals)
                  || stopped.handled().stream().skip(before).anyMatch("again-0"::equals);
            });
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void terminatedWorkerDrainsWithoutFailures(Language language) {
    BusbarProcess gateway = gateway(rule(", concurrency: 50"));
    int port = gateway.tcpBridgePort();
    WorkerProcess leaving = worker(language, port);
    worker(Language.PYTHON, port);
    awaitAllWork(port);
    ask(port);
    awaitDone(2_000);
    leaving.signal("TERM");
    leaving.exitCode();
    assertThat(outcomes()).containsOnlyKeys("answer");
    await().atMost(PATIENCE).until(() -> handled().size() >= ASKERS * QUESTIONS);
    assertThat(handled()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void workerAnswersFailsAndReconnects(Language language) {
    int port = FreePort.find();
    try (Gateway gateway =
        new Gateway("tcp-bridge.enabled=true", "tcp-bridge.port=" + port, RULES, rule(""))) {
      WorkerProcess worker = worker(language, port);
      awaitAllWork(port);
      try (RequestClient asker = RequestClient.start(port, "", "jobs", 1, 1)) {
        await().atMost(PATIENCE).until(asker::isDone);
        assertThat(asker.received().get("-0").get(0).getString("body")).isEqualTo("did -0");
      }
      gateway.restart();
      int before = worker.handled().size();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                try (RequestClient asker = RequestClient.start(port, "back", "jobs", 1, 1)) {
                  await().atMost(PATIENCE).until(asker::isDone);
                }
                return worker.handled().size() > before;
              });
      try (RequestClient asker = RequestClient.one(port, "", "jobs")) {
        await().atMost(PATIENCE).until(asker::isDone);
        JsonObject failure = asker.received().values().iterator().next().get(0);
        assertThat(failure.getInteger("failureCode")).as(failure::encode).isEqualTo(400);
        assertThat(failure.getString("message")).isEqualTo("there is nothing to do");
      }
      worker.signal("TERM");
      worker.exitCode();
    }
  }

  @Test
  void killedNodeLeavesOneAnswerOrErrorPerRequest() {
    TestCluster cluster = new TestCluster();
    opened.add(cluster);
    String[] settings = {
      "tcp-bridge.enabled=true", "bridge.reply-timeout=8s", RULES, rule(", concurrency: 50")
    };
    BusbarProcess staying = cluster.start(settings);
    BusbarProcess dying = cluster.start(settings);
    worker(Language.PYTHON, staying.tcpBridgePort());
    worker(Language.NODE, staying.tcpBridgePort());
    worker(Language.PYTHON, dying.tcpBridgePort());
    worker(Language.NODE, dying.tcpBridgePort());
    awaitAllWork(staying.tcpBridgePort());
    ask(staying.tcpBridgePort());
    awaitDone(1_000);
    dying.kill();
    Map<String, Integer> outcomes = outcomes();
    assertThat(outcomes.get("answer")).isGreaterThan(1_000);
    assertThat(outcomes.keySet()).isSubsetOf("answer", "TIMEOUT -1", "NO_HANDLERS -1");
    await().atMost(PATIENCE).until(() -> new HashSet<>(handled()).containsAll(answered()));
    assertThat(handled()).doesNotHaveDuplicates();
  }
}
