package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.admin.Alert.Severity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule makes an alert beyond its limit, and none at the limit. */
final class AlertsTest {
  private static final long MEBI = 1 << 20;
  private static final Sample QUIET = numbers(0, 0, 0, 0, 0);

  private static Sample numbers(
      double lag, long dropped, long limited, long storeFailures, long routeLosses) {
    return new Sample(
        1_000,
        List.of(),
        0,
        0,
        0,
        lag,
        10 * MEBI,
        dropped,
        limited,
        limited,
        storeFailures,
        routeLosses);
  }

  /** A situation in which nothing is wrong. Tests change it. */
  private static final class Setting {
    private Sample now = QUIET;
    private Sample minuteAgo = QUIET;
    private long heapFloor = 10 * MEBI;
    private List<String> obstacles = List.of();
    private JsonObject cluster;
    private JsonObject rabbitMq;
    private JsonObject webhooks;
    private List<JsonObject> neglected = List.of();

    List<Alert> alerts() {
      return Alerts.of(
          new NodeStatus(
              now,
              minuteAgo,
              heapFloor,
              100 * MEBI,
              obstacles,
              cluster,
              rabbitMq,
              webhooks,
              neglected));
    }

    Alert only() {
      List<Alert> all = alerts();
      assertThat(all).hasSize(1);
      Alert alert = all.get(0);
      assertThat(alert.reason()).matches("[A-Z0-9].*\\.");
      assertThat(alert.advice()).matches("[A-Z].*\\.");
      assertThat(alert.title()).matches("[A-Z].*[^.]");
      assertThat(alert.view()).startsWith("#/");
      return alert;
    }
  }

  private static JsonObject cluster(int members) {
    JsonArray all = new JsonArray();
    IntStream.range(0, members)
        .forEach(i -> all.add(new JsonObject().put("address", "127.0.0.1:" + (5701 + i))));
    return new JsonObject().put("healthy", true).put("members", all);
  }

  @Test
  void quietNodeHasNoAlerts() {
    assertThat(new Setting().alerts()).isEmpty();
  }

  @Test
  void notReadyAlertNamesTheReasons() {
    Setting setting = new Setting();
    setting.obstacles = List.of("cluster: no other node answers", "draining: about to leave");
    Alert alert = setting.only();
    assertThat(alert.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(alert.reason())
        .isEqualTo("Cluster: no other node answers; draining: about to leave.");
  }

  @ParameterizedTest
  @CsvSource({"1.0,", "1.01, WARNING", "5.0, WARNING", "5.1, CRITICAL"})
  void lagOverOneSecondIsAnAlert(double lag, Severity severity) {
    Setting setting = new Setting();
    setting.now = numbers(lag, 0, 0, 0, 0);
    assertThat(setting.alerts().stream().map(Alert::severity).toList())
        .isEqualTo(severity == null ? List.of() : List.of(severity));
  }

  @Test
  void lagAlertHasTheDuration() {
    Setting setting = new Setting();
    setting.now = numbers(2.34, 0, 0, 0, 0);
    assertThat(setting.only().reason())
        .isEqualTo("A task ran 2.3 s late within the last 15 seconds.");
  }

  @Test
  void heapThatStaysFullIsAnAlert() {
    Setting setting = new Setting();
    setting.heapFloor = 90 * MEBI;
    assertThat(setting.alerts()).isEmpty();
    setting.heapFloor = 91 * MEBI;
    assertThat(setting.only().reason())
        .isEqualTo("For a minute at least 91 MiB of 100 MiB were in use.");
  }

  @Test
  void onlyLossesOfTheLastMinuteAreAlerts() {
    Setting setting = new Setting();
    setting.now = setting.minuteAgo = numbers(0, 7, 7, 7, 7);
    assertThat(setting.alerts()).isEmpty();
    setting.now = numbers(0, 8, 7, 7, 7);
    assertThat(setting.only().id()).isEqualTo("dropped");
    assertThat(setting.only().reason()).startsWith("1 message for clients");
    setting.now = numbers(0, 7, 9, 7, 7);
    assertThat(setting.only().id()).isEqualTo("limited");
    assertThat(setting.only().reason()).startsWith("2 times within");
    setting.now = numbers(0, 7, 7, 8, 7);
    assertThat(setting.only().id()).isEqualTo("store");
    assertThat(setting.only().severity()).isEqualTo(Severity.CRITICAL);
  }

  @Test
  void queueWithoutAConsumerIsNamed() {
    Setting setting = new Setting();
    setting.neglected =
        List.of(
            new JsonObject()
                .put("name", "a b/c")
                .put("waiting", 2)
                .put("consumers", 0)
                .put("oldestMillis", 7 * 60_000));
    Alert alert = setting.only();
    assertThat(alert.title()).isEqualTo("Nobody consumes queue a b/c");
    assertThat(alert.reason()).isEqualTo("2 messages are in it, the oldest for 7 minutes.");
    assertThat(alert.view()).isEqualTo("#/queues/a%20b%2Fc");
  }

  @Test
  void alertsOfOneRuleAreBounded() {
    Setting setting = new Setting();
    setting.neglected =
        IntStream.range(0, 50)
            .mapToObj(i -> new JsonObject().put("name", "q" + i).put("oldestMillis", 400_000))
            .toList();
    assertThat(setting.alerts()).hasSize(10);
  }

  @Test
  void lostRabbitMqIsReportedWithItsReason() {
    Setting setting = new Setting();
    setting.rabbitMq = new JsonObject().put("connected", true).put("uri", "amqp://h");
    assertThat(setting.alerts()).isEmpty();
    setting.rabbitMq.put("connected", false).put("trouble", null);
    assertThat(setting.only().reason()).isEqualTo("No connection to amqp://h.");
    setting.rabbitMq.put("trouble", "connection refused");
    assertThat(setting.only().reason()).isEqualTo("Connection refused.");
  }

  @Test
  void failingRouteIsNamedAndLossesAreCounted() {
    JsonObject orders = new JsonObject().put("name", "orders").put("dropped", 2).put("returned", 3);
    JsonObject news = new JsonObject().put("name", "news").put("trouble", "no exchange news");
    Setting setting = new Setting();
    setting.rabbitMq =
        new JsonObject()
            .put("connected", true)
            .put("routes", new JsonArray().add(orders).add(news));
    assertThat(setting.only().title()).isEqualTo("RabbitMQ route news does not run");
    news.putNull("trouble");
    assertThat(NodeStatus.routeLosses(setting.rabbitMq)).isEqualTo(5);
    setting.now = numbers(0, 0, 0, 0, 5);
    assertThat(setting.only().id()).isEqualTo("route-losses");
    assertThat(setting.only().reason()).startsWith("5 messages");
  }

  @Test
  void failingWebhookIsReported() {
    JsonObject shop = new JsonObject().put("name", "shop").put("held", 1);
    Setting setting = new Setting();
    setting.webhooks = new JsonObject().put("webhooks", new JsonArray().add(shop));
    assertThat(setting.alerts()).isEmpty();
    shop.put("trouble", "it answers 500").put("gone", false);
    assertThat(setting.only().reason()).isEqualTo("It answers 500. 1 message is held for it.");
    assertThat(setting.only().severity()).isEqualTo(Severity.WARNING);
    shop.put("gone", true);
    assertThat(setting.only().severity()).isEqualTo(Severity.CRITICAL);
  }

  @Test
  void lostMemberIsReported() {
    Setting setting = new Setting();
    setting.cluster = cluster(2);
    assertThat(setting.alerts()).isEmpty();
    JsonObject gone =
        new JsonObject()
            .put("address", "10.0.0.7:5701")
            .put("time", Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli());
    setting.cluster.put("left", new JsonArray().add(gone));
    assertThat(setting.only().reason())
        .isEqualTo("It left at 2026-01-02T03:04:05Z without saying so, and has not come back.");
  }

  @Test
  void onlyMemberOfAClusterIsAnAlert() {
    Setting setting = new Setting();
    setting.cluster = cluster(1);
    assertThat(setting.only().id()).isEqualTo("alone");
    setting.cluster = cluster(0).putNull("members");
    assertThat(setting.alerts()).isEmpty();
  }

  @Test
  void alertKeepsItsStartTimeUntilItEnds() {
    Setting setting = new Setting();
    setting.cluster = cluster(1);
    Alert alone = setting.only();
    setting.cluster = null;
    setting.obstacles = List.of("bus: deaf");
    Alert notReady = setting.only();
    AlertBoard board = new AlertBoard();
    Instant first = Instant.parse("2026-01-01T00:00:00Z");
    board.become(List.of(alone), first);
    board.become(List.of(alone, notReady), first.plusSeconds(10));
    assertThat(board.toJson().stream().map(each -> ((JsonObject) each).getString("since")))
        .containsExactly("2026-01-01T00:00:10Z", "2026-01-01T00:00:00Z");
    assertThat(board.count(Severity.CRITICAL)).isOne();
    assertThat(board.count(Severity.WARNING)).isOne();
    board.become(List.of(), first.plusSeconds(20));
    assertThat(board.toJson()).isEmpty();
    board.become(List.of(alone), first.plusSeconds(30));
    assertThat(board.toJson().getJsonObject(0).getString("since"))
        .isEqualTo("2026-01-01T00:00:30Z");
  }
}
