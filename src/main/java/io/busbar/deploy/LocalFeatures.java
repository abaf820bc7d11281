package io.busbar.deploy;

import io.busbar.config.FeatureManifest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The features that this node knows, those that run here, and what they contain. It does one change
 * at a time, and none waits for another node. Any thread may use it.
 */
final class LocalFeatures {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");

  /**
   * A feature that this node knows.
   *
   * @param running null if it runs on other nodes only
   * @param kept whether the node has it again after a restart
   */
  private record KnownFeature(
      FeatureRecord feature,
      FeatureContents brought,
      @Nullable RunningFeature running,
      boolean kept) {}

  private final Vertx vertx;
  private final FeatureStore store;
  private final FeatureHost host;
  private final Languages languages;
  private final String node;
  private final long drainMillis;
  private final Map<String, KnownFeature> here = new ConcurrentSkipListMap<>();
  private final Map<String, FeatureMetrics.Counts> counts = new ConcurrentHashMap<>();
  private final Map<String, FeatureRecord> undeployed = new ConcurrentSkipListMap<>();
  private final SerialTasks turns = new SerialTasks();

  /** Used only within {@code turns}. */
  private boolean stopped;

  /**
   * @param node the name of this node
   */
  LocalFeatures(
      Vertx vertx,
      FeatureStore store,
      FeatureHost host,
      Languages languages,
      String node,
      long drainMillis) {
    this.languages = languages;
    this.vertx = vertx;
    this.store = store;
    this.host = host;
    this.node = node;
    this.drainMillis = drainMillis;
  }

  /** The record of the feature, also if it is undeployed; null for none. */
  @Nullable FeatureRecord record(String name) {
    KnownFeature one = here.get(name);
    return one == null ? undeployed.get(name) : one.feature();
  }

  /** All records, including those of undeployed features. */
  List<FeatureRecord> records() {
    List<FeatureRecord> all = new ArrayList<>(undeployed.values());
    here.values().forEach(one -> all.add(one.feature()));
    return all;
  }

  /** Returns whether the state of this node is that of the record. */
  boolean isUpToDate(FeatureRecord wanted) {
    KnownFeature one = here.get(wanted.name());
    if (wanted.gone()) {
      return one == null && wanted.equals(undeployed.get(wanted.name()));
    }
    return one != null
        && one.feature().equals(wanted)
        && wanted.isFor(node) == (one.running() != null);
  }

  /** Describes each feature, in the order of their names. */
  List<JsonObject> list() {
    return here.values().stream().map(this::describe).toList();
  }

  private JsonObject describe(KnownFeature one) {
    JsonObject described =
        one.running() == null
            ? RunningFeature.describe(one.brought().manifest()).put("state", "standby")
            : one.running().describe().put("state", "running");
    FeatureRecord feature = one.feature();
    String where =
        switch (feature.scope()) {
          case NODE -> "node";
          case ALL -> "all";
          case SOME -> "cluster:" + feature.nodes();
        };
    FeatureMetrics.Counts counted = counts(feature.name());
    return described
        .put("since", feature.since())
        .put("where", where)
        .put("requests", counted.requests().sum())
        .put("errors", counted.errors().sum());
  }

  /** Describes a feature; null for none. */
  @Nullable JsonObject describe(String name) {
    KnownFeature one = here.get(name);
    return one == null ? null : describe(one);
  }

  /** The version of the feature; null for none. */
  @Nullable String version(String name) {
    KnownFeature one = here.get(name);
    return one == null ? null : one.brought().manifest().version();
  }

  /** Returns whether the node has the feature again after a restart. */
  boolean isKept(String name) {
    KnownFeature one = here.get(name);
    return one != null && one.kept();
  }

  /**
   * Will do what the record says, and save it. If that fails, the old version goes on. The failure
   * is a {@link FeatureException} if the feature is the cause.
   *
   * @param keep whether the node has it again after a restart
   */
  Future<Void> apply(FeatureRecord wanted, boolean keep) {
    return apply(wanted, keep, Future::succeededFuture);
  }

  /**
   * Does the same after it has fetched the archive.
   *
   * @param bring will fetch the archive if it is not here, because another change may have deleted
   *     it
   */
  Future<Void> apply(FeatureRecord wanted, boolean keep, Supplier<Future<Void>> bring) {
    return turns.next(
        () -> {
          if (stopped) {
            return Future.failedFuture(FeatureException.doesNotFit("the node is stopping"));
          }
          return wanted.gone()
              ? takeAway(wanted, keep)
              : bring.get().compose(there -> put(wanted, keep));
        });
  }

  private Future<Void> put(FeatureRecord wanted, boolean keep) {
    KnownFeature before = here.get(wanted.name());
    boolean runs = wanted.isFor(node);
    if (before != null
        && before.feature().isSameVersion(wanted)
        && runs == (before.running() != null)) {
      return remember(new KnownFeature(wanted, before.brought(), before.running(), keep));
    }
    return vertx
        .executeBlocking(
            () -> FeatureArchive.open(store.archive(wanted.archive())).as(wanted), false)
        .compose(archive -> start(wanted, archive, before, keep));
  }

  private Future<Void> start(
      FeatureRecord wanted, FeatureArchive archive, @Nullable KnownFeature before, boolean keep) {
    return vertx
        .executeBlocking(archive::brought, false)
        .compose(
            brought -> {
              List<FeatureContents> others = others(wanted.name());
              host.check(others, brought);
              List<FeatureContents> all = new ArrayList<>(others);
              all.add(brought);
              all.sort(Comparator.comparing(FeatureContents::name));
              Future<RunningFeature> started =
                  host.lay(all)
                      .compose(
                          laid ->
                              wanted.isFor(node)
                                  ? RunningFeature.start(
                                      vertx, languages, archive, counts(wanted.name()))
                                  : Future.succeededFuture());
              return started
                  .compose(running -> remember(new KnownFeature(wanted, brought, running, keep)))
                  .onFailure(e -> host.lay(brought()))
                  .compose(kept -> host.open(brought()))
                  .compose(open -> retire(before));
            });
  }

  private FeatureMetrics.Counts counts(String name) {
    return counts.computeIfAbsent(name, one -> new FeatureMetrics.Counts());
  }

  private void forgetCounts(String name) {
    FeatureMetrics.Counts over = counts.remove(name);
    FeatureMetrics metrics = FeatureMetrics.of(vertx);
    if (over != null && metrics != null) {
      metrics.forget(over);
    }
  }

  private Future<Void> retire(@Nullable KnownFeature before) {
    if (before == null) {
      return Future.succeededFuture();
    }
    Future<Void> retired =
        before.running() == null ? Future.succeededFuture() : before.running().retire(drainMillis);
    return retired.compose(nothing -> deleteUnneeded(before.feature().archive()));
  }

  /** Will delete an archive that no feature needs. */
  Future<Void> discard(String archive) {
    return turns.next(() -> deleteUnneeded(archive));
  }

  /**
   * A running feature has its archive open, so the file may be deleted. Call it within {@code
   * turns}.
   */
  private Future<Void> deleteUnneeded(String archive) {
    if (here.values().stream().anyMatch(one -> one.feature().archive().equals(archive))) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(() -> Files.deleteIfExists(store.archive(archive)), false)
        .onFailure(e -> LOG.log(Level.DEBUG, "an archive cannot be deleted", e))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<Void> remember(KnownFeature one) {
    return vertx.executeBlocking(
        () -> {
          if (one.kept()) {
            store.save(one.feature());
          }
          undeployed.remove(one.feature().name());
          here.put(one.feature().name(), one);
          return null;
        },
        false);
  }

  private List<FeatureContents> brought() {
    return here.values().stream().map(KnownFeature::brought).toList();
  }

  private List<FeatureContents> others(String name) {
    return here.values().stream()
        .map(KnownFeature::brought)
        .filter(brought -> !brought.name().equals(name))
        .toList();
  }

  private Future<Void> takeAway(FeatureRecord away, boolean keep) {
    KnownFeature before = here.remove(away.name());
    Future<Void> closed = before == null ? Future.succeededFuture() : host.open(brought());
    return closed
        .compose(
            open ->
                vertx.executeBlocking(
                    () -> {
                      if (away.isShared()) {
                        undeployed.put(away.name(), away);
                        store.save(away);
                      } else if (keep) {
                        store.forget(away.name());
                      }
                      return null;
                    },
                    false))
        .compose(
            forgotten -> {
              forgetCounts(away.name());
              return retire(before);
            })
        .compose(retired -> before == null ? Future.succeededFuture() : host.lay(brought()));
  }

  /** Remembers the record of an undeployed feature. */
  void remembersGone(FeatureRecord away) {
    undeployed.put(away.name(), away);
  }

  /** Will delete the archives that no feature of this node needs. */
  Future<Void> sweep() {
    return turns.next(
        () ->
            vertx.executeBlocking(
                () -> {
                  Set<String> needed = new HashSet<>();
                  here.values().forEach(one -> needed.add(one.feature().archive()));
                  try {
                    store.sweep(needed);
                  } catch (IOException e) {
                    LOG.log(Level.WARNING, "old archives cannot be deleted", e);
                  }
                  return null;
                },
                false));
  }

  /** Will stop all features on this node. Later changes fail. */
  Future<Void> stop() {
    return turns.next(
        () -> {
          stopped = true;
          List<Future<Void>> ended = new ArrayList<>();
          for (KnownFeature one : here.values()) {
            if (one.running() != null) {
              ended.add(one.running().end());
            }
          }
          return Future.join(ended).<Void>mapEmpty().otherwiseEmpty();
        });
  }

  /** The name and version of a feature, for people. */
  static String words(FeatureManifest manifest) {
    return manifest.version().isEmpty()
        ? manifest.name()
        : manifest.name() + " " + manifest.version();
  }
}
