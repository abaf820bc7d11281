package io.busbar.cluster;

import io.busbar.cluster.Client.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A table of what each fault cost, as Markdown. Used by the test's thread. */
final class Report {
  private static final List<String> TITLES =
      List.of(
          "fault",
          "from → to",
          "protocol",
          "published",
          "heard",
          "lost",
          "duplicated",
          "reordered",
          "healed after");

  private final List<List<String>> rows = new ArrayList<>();

  /** Adds one row for each protocol. */
  void add(String fault, String pairs, Map<Protocol, DeliveryResult> verdicts) {
    verdicts.forEach((protocol, verdict) -> add(fault, pairs, protocol.toString(), verdict));
  }

  void add(String fault, String pairs, String protocol, DeliveryResult verdict) {
    rows.add(
        List.of(
            fault,
            pairs,
            protocol,
            Integer.toString(verdict.published()),
            Integer.toString(verdict.received()),
            Integer.toString(verdict.lost()),
            Integer.toString(verdict.duplicated()),
            Integer.toString(verdict.reordered()),
            verdict.healedNanos() == 0 ? "" : "%.1f s".formatted(verdict.healedNanos() / 1e9)));
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    append(table, TITLES);
    append(table, TITLES.stream().map(title -> "---").toList());
    rows.forEach(row -> append(table, row));
    return table.toString();
  }

  private static void append(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
