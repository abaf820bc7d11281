package io.busbar.deploy;

import io.busbar.config.FeatureManifest;
import io.busbar.config.Reason;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One running version of a feature, with its classes. Any thread may use it. */
final class RunningFeature {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");

  /** The longest time that a feature may take to start. */
  private static final long START_MILLIS = 60_000;

  private final Vertx vertx;
  private final FeatureManifest manifest;
  private final FeatureCode code;
  private final FeatureMetrics.Counts counts;
  private final List<FeatureInstance> instances = new CopyOnWriteArrayList<>();
  private @Nullable String deployment;

  private RunningFeature(
      Vertx vertx, FeatureManifest manifest, FeatureCode code, FeatureMetrics.Counts counts) {
    this.vertx = vertx;
    this.manifest = manifest;
    this.code = code;
    this.counts = counts;
  }

  /**
   * Will start all instances. Fails with {@link FeatureException}.
   *
   * @param archive an archive whose file does not change
   * @param counts counts the requests to the feature
   */
  static Future<RunningFeature> start(
      Vertx vertx, Languages languages, FeatureArchive archive, FeatureMetrics.Counts counts) {
    return vertx
        .executeBlocking(() -> languages.load(archive), false)
        .compose(code -> new RunningFeature(vertx, archive.manifest(), code, counts).deploy());
  }

  private Future<RunningFeature> deploy() {
    DeploymentOptions options =
        new DeploymentOptions()
            .setInstances(manifest.instances().instances())
            .setConfig(new JsonObject(manifest.config()))
            .setClassLoader(code.classes());
    Supplier<Deployable> instance = this::instance;
    Future<String> deployed = vertx.deployVerticle(instance, options);
    return deployed
        .timeout(START_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            id -> {
              deployment = id;
              return this;
            })
        .recover(
            e -> {
              // A verticle that is still starting must also stop, as soon as it has started.
              deployed.compose(vertx::undeploy).onComplete(ended -> close());
              return Future.failedFuture(notStarted(e, !deployed.isComplete()));
            });
  }

  private static Throwable notStarted(Throwable cause, boolean tooLate) {
    if (cause instanceof FeatureException) {
      return cause;
    }
    String why = tooLate ? "nothing came of it in " + START_MILLIS / 1000 + " s" : Reason.of(cause);
    return FeatureException.notStarted("it did not start: " + why, cause);
  }

  private Deployable instance() {
    FeatureInstance made = new FeatureInstance(vertx, code.instance(vertx), counts);
    instances.add(made);
    return made;
  }

  FeatureManifest manifest() {
    return manifest;
  }

  /** Describes the feature and the addresses of its consumers. */
  JsonObject describe() {
    TreeSet<String> addresses = new TreeSet<>();
    for (FeatureInstance each : instances) {
      ContextInternal context = each.context();
      if (context != null) {
        addresses.addAll(Registrations.addresses(vertx, context));
      }
    }
    return describe(manifest).put("addresses", new JsonArray(List.copyOf(addresses)));
  }

  /** Describes a feature that does not run here. */
  static JsonObject describe(FeatureManifest manifest) {
    return new JsonObject()
        .put("name", manifest.name())
        .put("version", manifest.version())
        .put("verticle", manifest.verticle())
        .put("instances", manifest.instances().instances());
  }

  /**
   * Will remove its consumers from the bus. Completes then, and stops the feature later. Until then
   * it can answer the requests that it has.
   *
   * @param drainMillis the time until it stops, in milliseconds
   */
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

  /** Will stop the feature now. */
  Future<Void> end() {
    return vertx
        .undeploy(deployment)
        .onFailure(e -> LOG.log(Level.WARNING, manifest.name() + " did not stop well", e))
        .onComplete(ended -> close());
  }

  /** Releases the classes, so that the JVM can unload them. */
  private void close() {
    instances.clear();
    code.close();
  }
}
