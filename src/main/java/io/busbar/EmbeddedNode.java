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

/** A node inside another program: what {@code io.busbar.test} starts for the tests of a feature. */
public final class EmbeddedNode {
  private final Node node;

  private EmbeddedNode(Node node) {
    this.node = node;
  }

  /**
   * Will complete when everything listens. A failure leaves nothing running, and its message is for
   * people.
   *
   * @param file YAML, laid over the defaults
   * @param settings {@code key=value} each, laid over the file; the environment is not asked
   */
  public static Future<EmbeddedNode> start(Path file, List<String> settings) {
    try {
      return Node.start(ConfigLoader.load(file, Map.of(), settings)).map(EmbeddedNode::new);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** The node's own: its event bus is that of all clients. */
  public Vertx vertx() {
    return node.vertx();
  }

  /** Where the HTTP port listens. */
  public int port() {
    return gateway().httpPort();
  }

  /** Where the TCP event-bus bridge listens, if the configuration enables it. */
  public int tcpBridgePort() {
    return gateway().ports().tcpBridge();
  }

  private Gateway gateway() {
    return Objects.requireNonNull(node.gateway(), "only the daemon of prices has none");
  }

  /**
   * Will run the feature that the manifest describes, with all that it brings but for its pages.
   *
   * @param manifest YAML, as in its archive
   * @param classes where its verticle is
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
