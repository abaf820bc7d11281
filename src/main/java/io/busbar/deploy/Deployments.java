package io.busbar.deploy;

import io.busbar.cluster.Owners;
import io.busbar.config.DeployConfig;
import io.busbar.config.FeatureManifest;
import io.busbar.config.Reason;
import io.busbar.deploy.FeatureRecord.Scope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The features that are deployed, replaced and undeployed while nodes run. This node does one such
 * change at a time, in the order of the calls. Any thread may use it.
 */
public final class Deployments {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final String ALONE = "here";
  private static final long SWEEP_MILLIS = 600_000;

  /**
   * The options of a deployment.
   *
   * @param name replaces the name in the archive; null to keep that name
   * @param config YAML that is put over the configuration in the archive; null for none
   * @param all whether it runs on all nodes of a cluster
   * @param by who asks, for the log
   */
  public record DeployOptions(
      @Nullable String name, @Nullable String config, boolean all, String by) {}

  private final Vertx vertx;
  private final DeployConfig config;
  private final FeatureStore store;
  private final LocalFeatures local;

  /** Null if this node is alone. */
  private final @Nullable SharedFeatures shared;

  private final @Nullable WatchedDirectory directory;
  private final SerialTasks turns = new SerialTasks();

  private Deployments(
      Vertx vertx,
      DeployConfig config,
      FeatureStore store,
      LocalFeatures local,
      @Nullable SharedFeatures shared) {
    this.vertx = vertx;
    this.config = config;
    this.store = store;
    this.local = local;
    this.shared = shared;
    this.directory =
        config.directory().isEmpty()
            ? null
            : new WatchedDirectory(vertx, Path.of(config.directory()), this::come, this::leave);
  }

  /** Makes the deployments of a node that has no cluster. */
  public static Deployments alone(
      Vertx vertx, DeployConfig config, FeatureStore store, FeatureHost host) {
    LocalFeatures local = local(vertx, config, store, host, ALONE);
    return new Deployments(vertx, config, store, local, null);
  }

  /**
   * Makes the deployments of a node in a cluster.
   *
   * @param nodes the nodes that take features, by the names that {@code owners} uses
   */
  public static Deployments clustered(
      Vertx vertx,
      DeployConfig config,
      FeatureStore store,
      FeatureHost host,
      FeatureCatalogue catalogue,
      Owners owners,
      Supplier<Set<String>> nodes) {
    LocalFeatures local = local(vertx, config, store, host, owners.here());
    FeatureNodes others = new FeatureNodes(vertx, store, owners.here(), nodes);
    SharedFeatures shared = new SharedFeatures(vertx, local, catalogue, owners, others);
    return new Deployments(vertx, config, store, local, shared);
  }

  private static LocalFeatures local(
      Vertx vertx, DeployConfig config, FeatureStore store, FeatureHost host, String node) {
    Languages languages = new Languages(config.script());
    return new LocalFeatures(vertx, store, host, languages, node, config.drain().toMillis());
  }

  /**
   * Will start the features that the node has kept. A feature that does not start is logged and
   * stays kept.
   */
  public Future<Void> start() {
    return vertx
        .executeBlocking(store::records)
        .compose(this::startKept)
        .compose(started -> shared == null ? Future.succeededFuture() : shared.start())
        .compose(started -> directory == null ? Future.succeededFuture() : directory.start())
        .compose(started -> local.sweep())
        .onSuccess(swept -> vertx.setPeriodic(SWEEP_MILLIS, timer -> local.sweep()));
  }

  private Future<Void> startKept(List<FeatureRecord> kept) {
    Future<Void> started = Future.succeededFuture();
    for (FeatureRecord each : kept) {
      if (each.isShared() && shared != null) {
        shared.remembers(each);
      } else if (!each.gone()) {
        // The node was in a cluster before. Alone, it owns what the nodes shared.
        FeatureRecord own = each.isShared() ? each.on(List.of(ALONE), each.number()) : each;
        started =
            started.compose(
                before ->
                    local
                        .apply(own, true)
                        .onFailure(e -> doesNotRun(own.name(), e))
                        .otherwiseEmpty());
      }
    }
    return started;
  }

  /** Will stop all features on this node. The features that are kept stay on disk. */
  public Future<Void> stop() {
    if (shared != null) {
      shared.stop();
    }
    if (directory != null) {
      directory.stop();
    }
    return local.stop();
  }

  private static void doesNotRun(String name, Throwable cause) {
    LOG.log(Level.ERROR, name + " does not run: " + Reason.of(cause));
  }

  /** The size of the largest archive that is taken, in bytes. */
  public long mostBytes() {
    return config.size().bytes();
  }

  /**
   * Will run the feature in the archive instead of the one that has run under its name. If the new
   * one does not start, the old one goes on and the future fails with {@link FeatureException}.
   *
   * @param upload the file of the archive. It is deleted at the end
   */
  public Future<JsonObject> deploy(Path upload, DeployOptions options) {
    return turns
        .next(() -> take(upload, options, true))
        .onComplete(done -> vertx.executeBlocking(() -> Files.deleteIfExists(upload)));
  }

  /**
   * @param keep whether the node has the feature again after a restart
   */
  private Future<JsonObject> take(Path file, DeployOptions options, boolean keep) {
    return vertx
        .executeBlocking(
            () -> {
              FeatureArchive archive =
                  FeatureArchive.open(file).with(options.name(), options.config());
              String name = store.take(file, FeatureArchive.KIND);
              return new StoredArchive(name, archive.in(store.archive(name)));
            })
        .compose(
            taken ->
                take(taken, options, keep)
                    .recover(
                        e -> local.discard(taken.file()).compose(gone -> Future.failedFuture(e))));
  }

  /**
   * An archive that the store has.
   *
   * @param file the name of the archive in the store
   */
  private record StoredArchive(String file, FeatureArchive archive) {}

  private Future<JsonObject> take(StoredArchive taken, DeployOptions options, boolean keep) {
    FeatureManifest manifest = taken.archive().manifest();
    boolean clustered = shared != null;
    boolean some = manifest.instances().isForCluster() && clustered;
    Scope scope = some ? Scope.SOME : options.all() && clustered ? Scope.ALL : Scope.NODE;
    String name = manifest.name();
    FeatureRecord before = local.record(name);
    FeatureException obstacle = obstacle(manifest, scope, before, keep);
    if (obstacle != null) {
      refused(taken.archive(), options, obstacle);
      return Future.failedFuture(obstacle);
    }
    String was = local.version(name);
    FeatureRecord next =
        new FeatureRecord(
            name,
            taken.file(),
            taken.archive().overlay(),
            scope,
            manifest.instances().nodes(),
            List.of(),
            number(before),
            false,
            System.currentTimeMillis());
    Future<JsonObject> done =
        next.isShared() && shared != null
            ? shared.deploy(next)
            : local.apply(next, keep).map(applied -> local.describe(name));
    return done.map(
            answer -> {
              String instead = was == null ? "" : ", was " + (was.isEmpty() ? name : was);
              LOG.log(
                  Level.INFO,
                  "deployed "
                      + LocalFeatures.words(manifest)
                      + instead
                      + "; asked by "
                      + options.by());
              return was == null ? answer : answer.put("replaced", was);
            })
        .onFailure(e -> refused(taken.archive(), options, e));
  }

  /** The reason why the feature cannot be deployed; null for none. */
  private @Nullable FeatureException obstacle(
      FeatureManifest manifest, Scope scope, @Nullable FeatureRecord before, boolean keep) {
    String name = manifest.name();
    boolean there = before != null && !before.gone();
    if (there && keep && !local.isKept(name)) {
      return FeatureException.doesNotFit(name + " lies in deploy.directory: change it there");
    }
    if (there && !keep && local.isKept(name)) {
      return FeatureException.doesNotFit(name + " was deployed already: undeploy it first");
    }
    if (scope == Scope.NODE
        && before != null
        && !before.gone()
        && before.isShared()
        && shared != null) {
      return FeatureException.doesNotFit(
          name + " is on all nodes: deploy it with --all, or undeploy it first");
    }
    if (scope == Scope.NODE && shared != null && manifest.isForAllNodes()) {
      return FeatureException.doesNotFit(
          "it brings channels or queues, whose rules must be the same on all nodes: deploy it with"
              + " --all");
    }
    if (scope != Scope.NODE && !keep) {
      return FeatureException.doesNotFit(
          "what is for nodes of a cluster cannot come from deploy.directory");
    }
    return null;
  }

  static long number(@Nullable FeatureRecord before) {
    long now = System.currentTimeMillis();
    return before == null ? now : Math.max(now, before.number() + 1);
  }

  private static void refused(FeatureArchive archive, DeployOptions options, Throwable cause) {
    LOG.log(
        Level.WARNING,
        LocalFeatures.words(archive.manifest())
            + " was not deployed: "
            + Reason.of(cause)
            + "; asked by "
            + options.by());
  }

  /**
   * Will undeploy the feature. Completes with false if there is no feature of that name. Fails with
   * {@link FeatureException}, for example for a feature of the watched directory.
   */
  public Future<Boolean> undeploy(String name, String by) {
    return turns.next(() -> takeAway(name, by, true));
  }

  private Future<Boolean> takeAway(String name, String by, boolean keep) {
    FeatureRecord before = local.record(name);
    if (before == null || before.gone()) {
      return Future.succeededFuture(false);
    }
    if (keep && !local.isKept(name)) {
      return Future.failedFuture(
          FeatureException.doesNotFit(name + " lies in deploy.directory: take it away there"));
    }
    FeatureRecord away = before.takenAway(number(before));
    return (before.isShared() && shared != null ? shared.undeploy(away) : local.apply(away, keep))
        .map(
            done -> {
              LOG.log(Level.INFO, "undeployed " + name + "; asked by " + by);
              return true;
            });
  }

  /** Will deploy an archive or a script that is new or changed in the watched directory. */
  private Future<JsonObject> come(Path file, String overlay) {
    DeployOptions options = new DeployOptions(null, overlay, false, "deploy.directory");
    return turns.next(
        () ->
            Languages.isScript(file.toString())
                ? vertx
                    .executeBlocking(() -> ScriptArchive.of(file))
                    .compose(packed -> taken(packed, options))
                : take(file, options, false));
  }

  private Future<JsonObject> taken(Path packed, DeployOptions options) {
    return take(packed, options, false)
        .onComplete(done -> vertx.executeBlocking(() -> Files.deleteIfExists(packed)));
  }

  private Future<Boolean> leave(String name) {
    return turns.next(() -> takeAway(name, "deploy.directory", false));
  }

  /**
   * Will return the features of all nodes in the order of their names, and the nodes that do not
   * answer.
   */
  public Future<JsonObject> list() {
    List<JsonObject> own = own();
    if (shared == null) {
      return Future.succeededFuture(new JsonObject().put("features", new JsonArray(own)));
    }
    return shared
        .list()
        .map(
            others -> {
              List<JsonObject> all = new ArrayList<>(own);
              others.getJsonArray("features").forEach(each -> all.add((JsonObject) each));
              all.sort((one, other) -> one.getString("name").compareTo(other.getString("name")));
              return others.put("features", new JsonArray(all));
            });
  }

  private List<JsonObject> own() {
    return shared == null ? local.list() : shared.own();
  }
}
