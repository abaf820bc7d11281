package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Prometheus gets the metrics, and the dashboard uses no others. */
final class MetricsTest {
  private static final Pattern LABEL = Pattern.compile("[{,](\\w+)=\"");
  private static final Pattern NAME = Pattern.compile("\\b(?:busbar|jvm|process|system)_[a-z_]+");

  private static TestGateway gateway;
  private static AdminClient admin;
  private static BridgeListener listener;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "event-loops=2", "queues.rules=[{name: orders}]", "workers=[{address: public.jobs}]");
    admin = new AdminClient(gateway.adminPort());
    replyWith(
        ComponentStatus.CLUSTER,
        new JsonObject().put("healthy", true).put("members", new JsonArray().add("a").add("b")));
    replyWith(
        ComponentStatus.RABBITMQ,
        new JsonObject()
            .put("connected", true)
            .put(
                "routes",
                new JsonArray()
                    .add(new JsonObject().put("name", "or\"ders\n").put("in", 3).put("lag", 4))
                    .add(new JsonObject().put("name", "news").put("dropped", 5))));
    listener = new BridgeListener(gateway).say("register", "public.news");
    await().atMost(patience()).until(() -> gateway.counters().subscriptionCount() == 1);
    listener.say("publish", "public.news").say("publish", "refused");
    await().atMost(patience()).until(() -> gateway.counters().deliveredCount() == 1);
    await().atMost(patience()).until(() -> gateway.counters().refusedCount() == 1);
    keep("orders");
    keep("others");
    await().atMost(patience()).until(() -> !gateway.queues().directory().named().isEmpty());
  }

  @AfterAll
  static void stop() {
    listener.close();
    gateway.close();
  }

  private static Duration patience() {
    return Duration.ofSeconds(20);
  }

  private static void keep(String queue) {
    QueueMessage message =
        QueueMessage.of(Payload.text("x"), MultiMap.caseInsensitiveMultiMap(), "");
    TestGateway.await(gateway.queues().keep(queue, message, false));
  }

  private static void replyWith(String address, JsonObject status) {
    TestGateway.await(
        gateway.bus().localConsumer(address, message -> message.reply(status)).completion());
  }

  @Test
  void metricsHaveTheirLabelsAndValues() {
    assertThat(admin.get("/metrics").body())
        .contains("busbar_sessions{protocol=\"bridge\"} 1.0\n")
        .contains("busbar_messages_received_total{protocol=\"bridge\"} 2.0\n")
        .contains("busbar_messages_delivered_total{protocol=\"bridge\"} 1.0\n")
        .contains("busbar_subscriptions 1.0\n")
        .contains("busbar_channels 1.0\n")
        .contains("busbar_presence_members 0.0\n")
        .contains("busbar_presence_joins_total 0.0\n")
        .contains("busbar_presence_leaves_total 0.0\n")
        .contains("busbar_refusals_total{reason=\"access_denied\"} 1.0\n")
        .contains("busbar_refusals_total{reason=\"too_many_messages\"} 0.0\n")
        .contains("busbar_messages_dropped_total{policy=\"latest\"} 0.0\n")
        .contains("busbar_disconnects_total{code=\"1008\"} 0.0\n")
        .contains("busbar_event_loop_lag_seconds{loop=\"1\"} ")
        .contains("busbar_fanout_seconds_count 1\n")
        .contains("busbar_fanout_seconds_bucket{le=\"+Inf\"} 1\n")
        .contains("busbar_cluster_members 2.0\n")
        .contains("busbar_cluster_healthy 1.0\n")
        .contains("busbar_rabbitmq_connected 1.0\n")
        .contains("busbar_rabbitmq_route_in_total{route=\"or\\\"ders\\n\"} 3.0\n")
        .contains("busbar_rabbitmq_route_lag{route=\"or\\\"ders\\n\"} 4.0\n")
        .contains("busbar_rabbitmq_route_dropped_total{route=\"news\"} 5.0\n")
        .contains("busbar_draining 0.0\n")
        .contains("busbar_alerts{severity=\"critical\"} ")
        .contains("busbar_alerts{severity=\"warning\"} ")
        .contains("# TYPE busbar_sessions gauge\n")
        .contains("# TYPE busbar_messages_received_total counter\n")
        .contains("jvm_memory_used_bytes{");
  }

  @Test
  void workersAreCountedByAddress() {
    BridgeListener worker = new BridgeListener(gateway).say("register", "public.jobs");
    await()
        .atMost(patience())
        .untilAsserted(
            () ->
                assertThat(admin.get("/metrics").body())
                    .contains("busbar_workers{address=\"public.jobs\"} 1.0\n"));
    worker.close();
    assertThat(admin.get("/metrics").body())
        .contains("busbar_worker_waiting{address=\"public.jobs\"} 0.0\n")
        .contains("busbar_worker_unanswered{address=\"public.jobs\"} 0.0\n")
        .contains("busbar_worker_requests_total{address=\"public.jobs\"} 0.0\n")
        .contains("busbar_worker_retried_total{address=\"public.jobs\"} 0.0\n")
        .contains("busbar_worker_failed_total{address=\"public.jobs\",reason=\"died\"} 0.0\n")
        .contains("busbar_worker_failed_total{address=\"public.jobs\",reason=\"timed_out\"} 0.0\n");
  }

  @Test
  void queuesAreCountedInTotalAndByNameOfARule() {
    assertThat(admin.get("/metrics").body())
        .containsPattern("busbar_queues [1-9]")
        .containsPattern("busbar_queues_bytes [1-9]")
        .contains("busbar_queues_lost_total 0.0\n")
        .contains("busbar_queue_waiting{queue=\"orders\"} 1.0\n")
        .contains("busbar_queue_unacknowledged{queue=\"orders\"} 0.0\n")
        .contains("busbar_queue_consumers{queue=\"orders\"} 0.0\n")
        .contains("busbar_queue_kept_total{queue=\"orders\"} 1.0\n")
        .contains("busbar_queue_acknowledged_total{queue=\"orders\"} 0.0\n")
        .contains("busbar_queue_dead_letters_total{queue=\"orders\"} 0.0\n")
        .contains("busbar_queue_expired_total{queue=\"orders\"} 0.0\n")
        .contains("busbar_queue_dropped_total{queue=\"orders\"} 0.0\n")
        .doesNotContain("queue=\"others\"");
  }

  /** The node forgets an empty queue, but its counters must not begin at 0 again. */
  @Test
  void countersOfANamedQueueOutliveTheQueue() {
    try (TestGateway node =
        TestGateway.start("event-loops=1", "queues.rules=[{name: brief, to: brief}]")) {
      TestGateway.await(node.bus().consumer("brief", message -> message.reply(null)).completion());
      AdminClient itsAdmin = new AdminClient(node.adminPort());
      for (int i = 1; i <= 2; i++) {
        QueueMessage message =
            QueueMessage.of(Payload.text("x"), MultiMap.caseInsensitiveMultiMap(), "");
        TestGateway.await(node.queues().keep("brief", message, false));
        await().atMost(patience()).until(() -> node.queues().count() == 0);
        assertThat(itsAdmin.get("/metrics").body())
            .contains("busbar_queue_kept_total{queue=\"brief\"} " + i + ".0\n")
            .contains("busbar_queue_acknowledged_total{queue=\"brief\"} " + i + ".0\n")
            .contains("busbar_queue_waiting{queue=\"brief\"} 0.0\n");
      }
    }
  }

  @Test
  void formatFollowsTheAcceptHeader() {
    assertThat(type("*/*")).startsWith("text/plain; version=0.0.4");
    String open = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5";
    assertThat(type(open)).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(admin.get("/metrics", "Accept", open).body()).endsWith("# EOF\n");
  }

  private static String type(String accept) {
    return admin
        .get("/metrics", "Accept", accept)
        .headers()
        .firstValue("Content-Type")
        .orElseThrow();
  }

  @Test
  void dashboardUsesOnlyExistingMetrics() throws Exception {
    JsonObject dashboard = new JsonObject(Files.readString(Path.of("config", "grafana.json")));
    Set<String> asked = new TreeSet<>();
    for (Object panel : dashboard.getJsonArray("panels")) {
      for (Object target : ((JsonObject) panel).getJsonArray("targets")) {
        Matcher names = NAME.matcher(((JsonObject) target).getString("expr"));
        while (names.find()) {
          asked.add(names.group());
        }
      }
    }
    Set<String> there = new TreeSet<>();
    admin
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> there.add(line.split("[{ ]", 2)[0]));
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(there).containsAll(asked);
  }

  /** Checks the same rules as {@code promtool check metrics}, without the program. */
  @Test
  void namesFollowPrometheusConventions() {
    List<String> lines = admin.get("/metrics").body().lines().toList();
    List<String> types = lines.stream().filter(line -> line.startsWith("# TYPE busbar_")).toList();
    assertThat(types).hasSizeGreaterThan(20);
    for (String type : types) {
      String name = type.split(" ")[2];
      String kind = type.split(" ")[3];
      assertThat(name).matches("busbar(_[a-z]+)+");
      assertThat(name)
          .doesNotMatch(".*_(ms|millis|milliseconds|ns|us|kb|kib|mb|minutes|percent)(_total)?");
      assertThat(name.endsWith("_total")).as(type).isEqualTo(kind.equals("counter"));
      assertThat(name).doesNotMatch(".*_(count|sum|bucket|gauge|counter|histogram)");
      assertThat(lines).as(name).anyMatch(line -> line.startsWith("# HELP " + name + " "));
    }
    Set<String> labels = new TreeSet<>();
    lines.stream()
        .filter(line -> line.startsWith("busbar_"))
        .forEach(
            line -> LABEL.matcher(line).results().forEach(found -> labels.add(found.group(1))));
    assertThat(labels)
        .containsExactlyInAnyOrder(
            "address",
            "code",
            "le",
            "loop",
            "policy",
            "protocol",
            "queue",
            "reason",
            "route",
            "severity",
            "version");
  }

  @Test
  void everyMetricIsDocumented() throws Exception {
    String page = Files.readString(Path.of("src", "site", "markdown", "operations.md"));
    assertThat(admin.get("/metrics").body().lines())
        .filteredOn(line -> line.startsWith("# TYPE busbar"))
        .allSatisfy(line -> assertThat(page).contains("`" + line.split(" ")[2]));
  }
}
