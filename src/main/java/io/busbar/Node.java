package io.busbar;

import io.busbar.cluster.HazelcastCluster;
import io.busbar.config.Config;
import io.busbar.rabbitmq.RabbitMqVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.spi.cluster.ClusterManager;

/** One running Busbar: its event loops and all that is deployed on them. */
final class Node {
  private final Vertx vertx;
  private final Features features;
  private final String rabbitMq;
  private final Gateway gateway;

  private Node(Vertx vertx, Features features, String rabbitMq, Gateway gateway) {
    this.vertx = vertx;
    this.features = features;
    this.rabbitMq = rabbitMq;
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
        .compose(deployed -> rabbitMq(vertx, config))
        .compose(
            rabbitMq ->
                Gateway.open(vertx, config)
                    .map(gateway -> new Node(vertx, features, rabbitMq, gateway)))
        .recover(e -> vertx.close().transform(closed -> Future.failedFuture(e)));
  }

  /** Will complete with the deployment, null where no route is configured. */
  private static Future<String> rabbitMq(Vertx vertx, Config config) {
    if (config.rabbitmq().routes().isEmpty()) {
      return Future.succeededFuture();
    }
    int addressLength = config.limits().addressLength();
    return vertx
        .deployVerticle(new RabbitMqVerticle(config.rabbitmq(), addressLength))
        .recover(e -> Future.failedFuture(new StartException(e.getMessage(), e)));
  }

  private static Future<Vertx> vertx(Config config) {
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

  /** What the ready line names: the URLs of all ports, separated by blanks. */
  String urls() {
    return gateway.urls();
  }

  Vertx vertx() {
    return vertx;
  }

  Gateway gateway() {
    return gateway;
  }

  /** Will complete when everything is closed: features may speak to their clients once more. */
  Future<Void> close() {
    return features
        .undeploy(vertx)
        .compose(undeployed -> rabbitMq == null ? Future.succeededFuture() : undeployRabbitMq())
        .compose(undeployed -> gateway.close())
        .compose(closed -> vertx.close());
  }

  private Future<Void> undeployRabbitMq() {
    return vertx.undeploy(rabbitMq).otherwiseEmpty();
  }
}
