package io.busbar.admin;

import io.busbar.admin.Alert.Severity;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The alerts that there are now, and since when. Changed by the admin verticle's event loop alone;
 * any thread may read.
 */
final class AlertBoard {
  private record Since(Alert alert, Instant began) {}

  /** By their ids. Replaced and never changed. */
  private volatile Map<String, Since> now = Map.of();

  /** These are the alerts now: what was one before goes on, what is none any more is over. */
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

  /** How many there are of that severity. */
  long count(Severity severity) {
    return now.values().stream().filter(each -> each.alert().severity() == severity).count();
  }

  /** The critical ones first. */
  JsonArray toJson() {
    JsonArray all = new JsonArray();
    now.values().forEach(each -> all.add(each.alert().toJson(each.began())));
    return all;
  }

  /** What metrics tell of them. */
  void add(Series series) {
    Series.Family alerts =
        series.gauge("busbar_alerts", "What is wrong with this node, by how bad it is.");
    for (Severity severity : Severity.values()) {
      alerts.at(count(severity), "severity", severity.label());
    }
  }
}
