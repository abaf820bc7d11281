package io.busbar.deploy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored state of a feature. Of two records with the same name, the one with the larger number
 * is valid. Immutable.
 *
 * @param name the name of the feature
 * @param archive the name of its archive, a hash of its content
 * @param overlay YAML of the person who deployed it, put over the archive's configuration; empty
 *     for none
 * @param scope on which nodes it runs
 * @param nodes the number of nodes, for {@link Scope#SOME}; else 0
 * @param runners the names of these nodes; empty for other scopes
 * @param number the number of the change
 * @param gone whether it was undeployed. The record stays for nodes that were away
 * @param millis the time of that or of the deployment, in milliseconds since 1970
 */
record FeatureRecord(
    String name,
    String archive,
    String overlay,
    Scope scope,
    int nodes,
    List<String> runners,
    long number,
    boolean gone,
    long millis) {
  /** The number of a record that the catalogue does not have. */
  private static final long UNKNOWN = 0;

  /** The nodes that run a feature. */
  enum Scope {
    /** The node on which it was deployed. */
    NODE,
    /** All nodes that take features. */
    ALL,
    /** A number of nodes that the cluster chooses. */
    SOME
  }

  FeatureRecord {
    runners = List.copyOf(runners);
  }

  /** Returns whether the nodes of a cluster share it. */
  boolean isShared() {
    return scope != Scope.NODE;
  }

  /** Returns whether that node must run it. */
  boolean isFor(String node) {
    return !gone && (scope != Scope.SOME || runners.contains(node));
  }

  /**
   * Returns this record for a first try on one node. It has the number of the record before. If the
   * try fails, the catalogue therefore wins and corrects the node.
   */
  FeatureRecord tried(@Nullable FeatureRecord before) {
    long old = before == null ? UNKNOWN : before.number();
    return new FeatureRecord(name, archive, overlay, scope, nodes, runners, old, gone, millis);
  }

  /** Returns whether only the node that tries it knows it. */
  boolean isUnknown() {
    return number == UNKNOWN;
  }

  /** Returns the record of the same feature, undeployed. */
  FeatureRecord takenAway(long next) {
    return new FeatureRecord(
        name, "", "", scope, nodes, List.of(), next, true, System.currentTimeMillis());
  }

  /** Returns the same feature on other nodes. */
  FeatureRecord on(List<String> others, long next) {
    return new FeatureRecord(name, archive, overlay, scope, nodes, others, next, gone, millis);
  }

  /** Returns whether both run the same archive with the same configuration, on any nodes. */
  boolean isSameVersion(FeatureRecord other) {
    return !gone
        && !other.gone
        && archive.equals(other.archive)
        && overlay.equals(other.overlay)
        && name.equals(other.name);
  }

  String since() {
    return Instant.ofEpochSecond(millis / 1000).toString();
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("name", name)
        .put("archive", archive)
        .put("overlay", overlay)
        .put("scope", scope.name())
        .put("nodes", nodes)
        .put("runners", new JsonArray(runners))
        .put("number", number)
        .put("gone", gone)
        .put("millis", millis);
  }

  static FeatureRecord of(JsonObject json) {
    return new FeatureRecord(
        json.getString("name"),
        json.getString("archive"),
        json.getString("overlay"),
        Scope.valueOf(json.getString("scope")),
        json.getInteger("nodes"),
        json.getJsonArray("runners").stream().map(String.class::cast).toList(),
        json.getLong("number"),
        json.getBoolean("gone"),
        json.getLong("millis"));
  }
}
