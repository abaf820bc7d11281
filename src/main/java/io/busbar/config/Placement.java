package io.busbar.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many of a feature's verticle there are, and on how many nodes: written {@code 2}, which is
 * two on each node that has the feature, or {@code cluster:1}, which is one on one node of all.
 *
 * @param instances on each of the nodes
 * @param nodes that run it; 0 for each that has it
 */
public record Placement(int instances, int nodes) {
  private static final Pattern WRITTEN = Pattern.compile("(cluster:)?(\\d{1,4})");

  public Placement {
    Checks.between("instances", instances, 1, 1000);
    Checks.between("nodes", nodes, 0, 1000);
  }

  /** Will throw IllegalArgumentException for anything else. */
  static Placement parse(String written) {
    Matcher matcher = WRITTEN.matcher(written.trim());
    int count = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
    if (count < 1 || count > 1000) {
      throw new IllegalArgumentException("must be 1 to 1000, or cluster:N for N nodes of all");
    }
    return matcher.group(1) == null ? new Placement(count, 0) : new Placement(1, count);
  }

  static Placement ofOne() {
    return new Placement(1, 0);
  }

  /** Whether it is for some nodes of a cluster, whichever they are. */
  public boolean isForCluster() {
    return nodes > 0;
  }

  @Override
  public String toString() {
    return isForCluster() ? "cluster:" + nodes : Integer.toString(instances);
  }
}
