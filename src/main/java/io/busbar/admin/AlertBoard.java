package io.busbar.admin;

import io.busbar.admin.Alert.Severity;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The present alerts, each with the time when it began. Only the admin verticle's event loop
 * changes them. Any thread may read them.
 */
final class AlertBoard {
  private record Since(Alert alert, Instant began) {}

  /** By id. The map is replaced and never changed. */
  private volatile Map<String, Since> now = Map.of();

  /**
   * Replaces the alerts. One that was there before keeps the time when it began.
   *
   * @param time when the other ones began
   */
  void become(List<Alert> alerts, Instant time) {
    Map<String, Since> before = now;
    Map<String, Since> next = new LinkedHashMap<>();
    alerts.stream()
        .sorted(Comparator.comparing(Alert::severity).reversed())
        .forEach(
            alert -> {
              Since known = before.get(alert.id());
              next.put(alert.id(), new Since(alert, known == null ? time : known.began()));
            });
    now = next;
  }

  /** Returns the number of alerts with that severity. */
  long count(Severity severity) {
    return now.values().stream().filter(each -> each.alert().severity() == severity).count();
  }

  /** Returns all alerts, the critical ones first. */
  JsonArray toJson() {
    JsonArray all = new JsonArray();
    now.values().forEach(each -> all.add(each.alert().toJson(each.began())));
    return all;
  }

  /** Adds the number of alerts of each severity to the metrics. */
  void add(Series series) {
    Series.Family alerts =
        series.gauge("busbar_alerts", "What is wrong with this node, by how bad it is.");
    for (Severity severity : Severity.values()) {
      alerts.at(count(severity), "severity", severity.label());
    }
  }
}
