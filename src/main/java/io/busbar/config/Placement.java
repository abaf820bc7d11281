package io.busbar.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of instances of a feature's verticle, and of the nodes that run it. {@code 2} means
 * two on each node with the feature; {@code cluster:1} means one on one node of the cluster.
 *
 * @param instances number on each of the nodes
 * @param nodes number of nodes that run it; 0 for each node that has it
 */
public record Placement(int instances, int nodes) {
  private static final Pattern WRITTEN = Pattern.compile("(cluster:)?(\\d{1,4})");

  public Placement {
    Checks.between("instances", instances, 1, 1000);
    Checks.between("nodes", nodes, 0, 1000);
  }

  /** Returns the placement; throws IllegalArgumentException for another text. */
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

  /** Returns whether it is for a number of nodes of the cluster, not for each. */
  public boolean isForCluster() {
    return nodes > 0;
  }

  @Override
  public String toString() {
    return isForCluster() ? "cluster:" + nodes : Integer.toString(instances);
  }
}
