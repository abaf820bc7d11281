package io.busbar.deploy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a feature: of two with the same name the one with the larger number counts.
 *
 * @param archive the name of its archive, by its content
 * @param overlay YAML of who deployed it, laid over the archive's configuration; empty for none
 * @param scope on which nodes it runs
 * @param nodes how many, where that is {@link Scope#SOME}; else 0
 * @param runners those, by their names; none where another scope says it
 * @param number of the change
 * @param gone whether it was taken away: it is remembered for those who missed that
 * @param millis when that was, or when it was deployed, since 1970
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
  /** Of what the catalogue knows nothing of. */
  private static final long UNKNOWN = 0;

  /** The nodes that run a feature. */
  enum Scope {
    /** The one that it was deployed on. */
    NODE,
    /** All that take features. */
    ALL,
    /** Some of them, whichever. */
    SOME
  }

  FeatureRecord {
    runners = List.copyOf(runners);
  }

  /** Whether nodes have it in common. */
  boolean isShared() {
    return scope != Scope.NODE;
  }

  /** Whether that node has to run it. */
  boolean isFor(String node) {
    return !gone && (scope != Scope.SOME || runners.contains(node));
  }

  /** The same before it counts: older than what does, so that it is put right where it fails. */
  FeatureRecord tried(@Nullable FeatureRecord before) {
    long old = before == null ? UNKNOWN : before.number();
    return new FeatureRecord(name, archive, overlay, scope, nodes, runners, old, gone, millis);
  }

  /** Whether no node but the one that tries it knows it. */
  boolean isUnknown() {
    return number == UNKNOWN;
  }

  /** The same, taken away. */
  FeatureRecord takenAway(long next) {
    return new FeatureRecord(
        name, "", "", scope, nodes, List.of(), next, true, System.currentTimeMillis());
  }

  /** The same on other nodes. */
  FeatureRecord on(List<String> others, long next) {
    return new FeatureRecord(name, archive, overlay, scope, nodes, others, next, gone, millis);
  }

  /** Whether the same is to run, wherever. */
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
