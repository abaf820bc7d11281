package io.busbar.admin;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of one collection by name and label, from which snapshots are made. Used by the
 * thread that collects.
 */
final class Series {
  /** The values of one metric by their labels. */
  static final class Family {
    private final String name;
    private final String help;
    private final boolean counter;
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    private Family(String name, String help, boolean counter) {
      this.name = name;
      this.help = help;
      this.counter = counter;
    }

    /**
     * Sets a value. It replaces an earlier one with the same labels.
     *
     * @param labels names and values in turn
     */
    void at(double value, String... labels) {
      // A sum of adders may be below 0 for a moment, and a counter must never be.
      values.put(Labels.of(labels), counter ? Math.max(0, value) : value);
    }

    private MetricSnapshot snapshot() {
      if (counter) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(help);
        values.forEach(
            (labels, value) ->
                builder.dataPoint(
                    CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
        return builder.build();
      }
      GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help);
      values.forEach(
          (labels, value) ->
              builder.dataPoint(
                  GaugeSnapshot.GaugeDataPointSnapshot.builder()
                      .labels(labels)
                      .value(value)
                      .build()));
      return builder.build();
    }
  }

  private final List<Family> families = new ArrayList<>();

  Family gauge(String name, String help) {
    return family(new Family(name, help, false));
  }

  /**
   * Returns a new counter.
   *
   * @param name without the {@code _total} that Prometheus puts after it
   */
  Family counter(String name, String help) {
    return family(new Family(name, help, true));
  }

  private Family family(Family family) {
    families.add(family);
    return family;
  }

  MetricSnapshots snapshots(MetricSnapshot... others) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    families.forEach(family -> all.metricSnapshot(family.snapshot()));
    for (MetricSnapshot other : others) {
      all.metricSnapshot(other);
    }
    return all.build();
  }
}
