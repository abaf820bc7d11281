package io.busbar;

import io.busbar.config.ConfigException;
import io.busbar.config.FeatureConfig;
import io.busbar.config.Reason;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verticles that the configuration names. Used by the start of a node, and then by its end. */
final class Features {
  private static final System.Logger LOG = System.getLogger("io.busbar.node");

  private final List<FeatureConfig> features;
  private final List<Class<? extends Deployable>> classes;
  private final List<String> deployments = new ArrayList<>();

  private Features(List<FeatureConfig> features, List<Class<? extends Deployable>> classes) {
    this.features = features;
    this.classes = classes;
  }

  /**
   * Will throw ConfigException for the first class that is not a verticle or not on the class path.
   */
  static Features find(List<FeatureConfig> features) {
    List<Class<? extends Deployable>> classes = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      classes.add(find(key(i), features.get(i).verticle()));
    }
    return new Features(features, classes);
  }

  private static Class<? extends Deployable> find(String key, String name) {
    try {
      Class<?> found = Class.forName(name, false, Features.class.getClassLoader());
      if (!Deployable.class.isAssignableFrom(found)) {
        throw new ConfigException(key, name + " is not a verticle");
      }
      return found.asSubclass(Deployable.class);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(key, name + " is not on the class path");
    } catch (LinkageError e) {
      throw new ConfigException(key, name + " cannot be loaded: " + e);
    }
  }

  private static String key(int index) {
    return "features[" + index + "].verticle";
  }

  /** Will deploy them one after the other. Fails with StartException if one does not start. */
  Future<Void> deploy(Vertx vertx) {
    Future<Void> deployed = Future.succeededFuture();
    for (int i = 0; i < features.size(); i++) {
      int index = i;
      deployed = deployed.compose(before -> deploy(vertx, index)).map(this::remember);
    }
    return deployed;
  }

  private @Nullable Void remember(String deployment) {
    deployments.add(deployment);
    return null;
  }

  /**
   * Will undeploy them, the last one first. If one fails to stop, the others are still undeployed.
   */
  Future<Void> undeploy(Vertx vertx) {
    Future<Void> undeployed = Future.succeededFuture();
    while (!deployments.isEmpty()) {
      String last = deployments.remove(deployments.size() - 1);
      undeployed = undeployed.compose(before -> vertx.undeploy(last)).recover(this::notStopped);
    }
    return undeployed;
  }

  private Future<Void> notStopped(Throwable cause) {
    LOG.log(Level.WARNING, "a feature did not stop well", cause);
    return Future.succeededFuture();
  }

  private Future<String> deploy(Vertx vertx, int index) {
    FeatureConfig feature = features.get(index);
    DeploymentOptions options =
        new DeploymentOptions()
            .setInstances(feature.instances())
            .setConfig(new JsonObject(feature.config()));
    return vertx
        .deployVerticle(classes.get(index), options)
        .recover(
            e -> {
              String what = key(index) + " " + feature.verticle() + " did not start: ";
              return Future.failedFuture(new StartException(what + Reason.of(e), e));
            });
  }
}
