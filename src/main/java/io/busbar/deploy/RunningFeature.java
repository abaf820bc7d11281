package io.busbar.deploy;

import io.busbar.config.FeatureManifest;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** One version of a feature that runs, with its classes. Any thread may use it. */
final class RunningFeature {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");

  private final Vertx vertx;
  private final FeatureArchive archive;
  private final FeatureManifest manifest;
  private final FeatureCode code;
  private final List<FeatureInstance> instances = new CopyOnWriteArrayList<>();
  private final Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private String deployment;

  private RunningFeature(Vertx vertx, FeatureArchive archive, FeatureCode code) {
    this.vertx = vertx;
    this.archive = archive;
    this.manifest = archive.manifest();
    this.code = code;
  }

  /**
   * Will complete when all instances have started; fails with {@link FeatureException}.
   *
   * @param archive whose file is the feature's own, and goes with it
   */
  static Future<RunningFeature> start(Vertx vertx, Languages languages, FeatureArchive archive) {
    return vertx
        .executeBlocking(() -> languages.load(archive), false)
        .onFailure(e -> delete(archive))
        .compose(code -> new RunningFeature(vertx, archive, code).deploy());
  }

  private Future<RunningFeature> deploy() {
    DeploymentOptions options =
        new DeploymentOptions()
            .setInstances(manifest.instances())
            .setConfig(new JsonObject(manifest.config()))
            .setClassLoader(code.classes());
    Supplier<Deployable> instance = () -> instance();
    return vertx
        .deployVerticle(instance, options)
        .map(
            id -> {
              deployment = id;
              return this;
            })
        .recover(
            e -> {
              close();
              return Future.failedFuture(
                  e instanceof FeatureException
                      ? e
                      : FeatureException.notStarted("it did not start: " + e.getMessage(), e));
            });
  }

  private Deployable instance() {
    FeatureInstance made = new FeatureInstance(vertx, code.instance(vertx));
    instances.add(made);
    return made;
  }

  FeatureManifest manifest() {
    return manifest;
  }

  JsonObject describe() {
    TreeSet<String> addresses = new TreeSet<>();
    for (FeatureInstance each : instances) {
      addresses.addAll(Registrations.addresses(vertx, each.context()));
    }
    return new JsonObject()
        .put("name", manifest.name())
        .put("version", manifest.version())
        .put("verticle", manifest.verticle())
        .put("instances", manifest.instances())
        .put("since", since.toString())
        .put("addresses", new JsonArray(List.copyOf(addresses)));
  }

  /** Will hear nothing new from then on, and end after that time: until then it answers. */
  Future<Void> retire(long drainMillis) {
    return Future.join(instances.stream().map(FeatureInstance::withdraw).toList())
        .otherwiseEmpty()
        .onComplete(
            withdrawn -> {
              if (drainMillis == 0) {
                end();
              } else {
                vertx.setTimer(drainMillis, timer -> end());
              }
            })
        .mapEmpty();
  }

  private void end() {
    vertx
        .undeploy(deployment)
        .onFailure(e -> LOG.log(Level.WARNING, manifest.name() + " did not stop well", e))
        .onComplete(ended -> close());
  }

  /** Gives its classes back: nothing of ours holds them then. */
  private void close() {
    instances.clear();
    code.close();
    delete(archive);
  }

  private static void delete(FeatureArchive archive) {
    try {
      Files.deleteIfExists(archive.file());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "an archive could not be deleted", e);
    }
  }
}
