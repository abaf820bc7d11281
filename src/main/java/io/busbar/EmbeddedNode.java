package io.busbar;

import io.busbar.config.ConfigLoader;
import io.busbar.config.FeatureManifest;
import io.busbar.deploy.FeatureContents;
import io.busbar.deploy.FeatureHost;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A node inside another program: {@code io.busbar.test} starts it for the tests of a feature. Any
 * thread may use it.
 */
public final class EmbeddedNode {
  private final Node node;

  private EmbeddedNode(Node node) {
    this.node = node;
  }

  /**
   * Will complete when all ports are open. After a failure nothing is running, and the message is
   * for people.
   *
   * @param file YAML; its keys replace the defaults
   * @param settings each {@code key=value}; they replace the keys of the file. The environment is
   *     not read
   */
  public static Future<EmbeddedNode> start(Path file, List<String> settings) {
    try {
      return Node.start(ConfigLoader.load(file, Map.of(), settings)).map(EmbeddedNode::new);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** The node's own Vertx. Its event bus is that of all clients. */
  public Vertx vertx() {
    return node.vertx();
  }

  /** The HTTP port. */
  public int port() {
    return gateway().httpPort();
  }

  /** The port of the TCP event-bus bridge, if the configuration enables it. */
  public int tcpBridgePort() {
    return gateway().ports().tcpBridge();
  }

  private Gateway gateway() {
    return Objects.requireNonNull(node.gateway(), "only the daemon of prices has none");
  }

  /**
   * Will run the feature that the manifest describes, with all that it brings except its pages.
   *
   * @param manifest YAML, as in its archive
   * @param classes the class loader that has its verticle
   */
  public Future<Void> deployFeature(String manifest, ClassLoader classes) {
    FeatureManifest feature;
    Class<? extends Deployable> verticle;
    FeatureHost host = gateway().features();
    FeatureContents brought;
    try {
      feature = FeatureManifest.read(manifest);
      brought = new FeatureContents(feature, Map.of());
      verticle = Class.forName(feature.verticle(), true, classes).asSubclass(Deployable.class);
      host.check(List.of(), brought);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Future.failedFuture(e);
    }
    DeploymentOptions options =
        new DeploymentOptions()
            .setInstances(feature.instances().instances())
            .setConfig(new JsonObject(feature.config()));
    return host.lay(List.of(brought))
        .compose(laid -> vertx().deployVerticle(verticle, options))
        .compose(deployed -> host.open(List.of(brought)));
  }

  /** Will complete when everything is closed. */
  public Future<Void> close() {
    return node.close(Duration.ZERO);
  }
}
