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
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** One version of a feature that runs, with its classes. Any thread may use it. */
final class RunningFeature {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");

  private final Vertx vertx;
  private final FeatureManifest manifest;
  private final FeatureClassLoader classes;
  private final FeatureMetrics.Counts counts;
  private final List<FeatureInstance> instances = new CopyOnWriteArrayList<>();
  private String deployment;

  private RunningFeature(
      Vertx vertx,
      FeatureManifest manifest,
      FeatureClassLoader classes,
      FeatureMetrics.Counts counts) {
    this.counts = counts;
    this.vertx = vertx;
    this.manifest = manifest;
    this.classes = classes;
  }

  /**
   * Will complete when all instances have started; fails with {@link FeatureException}.
   *
   * @param archive whose file does not change
   * @param counts of what comes to it
   */
  static Future<RunningFeature> start(
      Vertx vertx, FeatureArchive archive, FeatureMetrics.Counts counts) {
    return vertx
        .executeBlocking(() -> load(vertx, archive, counts), false)
        .compose(loaded -> loaded.feature.deploy(loaded.verticle));
  }

  /** Its class, and what it is for. */
  private record Loaded(RunningFeature feature, Class<? extends Deployable> verticle) {}

  private static Loaded load(Vertx vertx, FeatureArchive archive, FeatureMetrics.Counts counts) {
    FeatureManifest manifest = archive.manifest();
    FeatureClassLoader classes =
        new FeatureClassLoader(archive.file(), RunningFeature.class.getClassLoader());
    RunningFeature feature = new RunningFeature(vertx, manifest, classes, counts);
    try {
      return new Loaded(feature, verticle(manifest.verticle(), classes));
    } catch (FeatureException e) {
      feature.close();
      throw e;
    }
  }

  private static Class<? extends Deployable> verticle(String name, ClassLoader classes) {
    try {
      Class<?> found = Class.forName(name, true, classes);
      if (!Deployable.class.isAssignableFrom(found)) {
        throw FeatureException.unusable(name + " is not a verticle");
      }
      return found.asSubclass(Deployable.class);
    } catch (ClassNotFoundException e) {
      throw FeatureException.unusable("the archive has no class " + name);
    } catch (LinkageError e) {
      throw FeatureException.unusable(name + " cannot be loaded: " + e.getMessage());
    }
  }

  private Future<RunningFeature> deploy(Class<? extends Deployable> verticle) {
    DeploymentOptions options =
        new DeploymentOptions()
            .setInstances(manifest.instances().instances())
            .setConfig(new JsonObject(manifest.config()))
            .setClassLoader(classes);
    Supplier<Deployable> instance = () -> instance(verticle);
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

  private Deployable instance(Class<? extends Deployable> verticle) {
    try {
      FeatureInstance made =
          new FeatureInstance(vertx, verticle.getDeclaredConstructor().newInstance(), counts);
      instances.add(made);
      return made;
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw FeatureException.notStarted(manifest.verticle() + " cannot be made: " + cause, cause);
    }
  }

  FeatureManifest manifest() {
    return manifest;
  }

  /** What it is, and where it listens. */
  JsonObject describe() {
    TreeSet<String> addresses = new TreeSet<>();
    for (FeatureInstance each : instances) {
      addresses.addAll(Registrations.addresses(vertx, each.context()));
    }
    return describe(manifest).put("addresses", new JsonArray(List.copyOf(addresses)));
  }

  /** What one is that does not run. */
  static JsonObject describe(FeatureManifest manifest) {
    return new JsonObject()
        .put("name", manifest.name())
        .put("version", manifest.version())
        .put("verticle", manifest.verticle())
        .put("instances", manifest.instances().instances());
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

  /** Will end now. */
  Future<Void> end() {
    return vertx
        .undeploy(deployment)
        .onFailure(e -> LOG.log(Level.WARNING, manifest.name() + " did not stop well", e))
        .onComplete(ended -> close());
  }

  /** Gives its classes back: nothing of ours holds them then. */
  private void close() {
    instances.clear();
    try {
      classes.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "an archive could not be closed", e);
    }
  }
}
