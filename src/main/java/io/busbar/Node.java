package io.busbar;

import io.busbar.cluster.HazelcastCluster;
import io.busbar.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.spi.cluster.ClusterManager;

/** One running Busbar: its event loops and all that is deployed on them. */
final class Node implements Running {
  private final Vertx vertx;
  private final Features features;
  private final Gateway gateway;

  private Node(Vertx vertx, Features features, Gateway gateway) {
    this.vertx = vertx;
    this.features = features;
    this.gateway = gateway;
  }

  /**
   * Will complete when everything listens. A failure leaves nothing running; it is a
   * ConfigException or a StartException where the message is for people.
   */
  static Future<Node> start(Config config) {
    Features features;
    try {
      features = Features.find(config.features());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    return vertx(config).compose(vertx -> start(vertx, features, config));
  }

  private static Future<Node> start(Vertx vertx, Features features, Config config) {
    return features
        .deploy(vertx)
        .compose(deployed -> Gateway.open(vertx, config))
        .map(gateway -> new Node(vertx, features, gateway))
        .recover(e -> vertx.close().transform(closed -> Future.failedFuture(e)));
  }

  /** A Vert.x as configured, clustered or not; fails with a StartException for people. */
  static Future<Vertx> vertx(Config config) {
    if (!config.cluster().enabled()) {
      return Future.succeededFuture(Vertx.builder().with(options(config)).build());
    }
    try {
      ClusterManager manager = HazelcastCluster.manager(config.cluster());
      return Vertx.builder()
          .with(options(config))
          .withClusterManager(manager)
          .buildClustered()
          .recover(e -> Future.failedFuture(notJoined(e)));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(new StartException(e.getMessage(), e));
    }
  }

  private static StartException notJoined(Throwable cause) {
    return new StartException("the cluster cannot be joined: " + cause.getMessage(), cause);
  }

  private static VertxOptions options(Config config) {
    VertxOptions options =
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false));
    if (config.eventLoops() > 0) {
      options.setEventLoopPoolSize(config.eventLoops());
    } else {
      options.setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    }
    return options;
  }

  /** The URLs of all ports, separated by blanks. */
  @Override
  public String offer() {
    return gateway.urls();
  }

  Vertx vertx() {
    return vertx;
  }

  Gateway gateway() {
    return gateway;
  }

  /** Will complete when everything is closed: features may speak to their clients once more. */
  @Override
  public Future<Void> close() {
    return features
        .undeploy(vertx)
        .compose(undeployed -> gateway.close())
        .compose(closed -> vertx.close());
  }
}
