package io.busbar;

import io.busbar.cluster.HazelcastCluster;
import io.busbar.cluster.Membership;
import io.busbar.cluster.SelfCheck;
import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.FeatureConfig;
import io.busbar.config.Reason;
import io.busbar.config.ShutdownConfig;
import io.busbar.deploy.FeatureMetrics;
import io.busbar.feature.QuoteVerticle;
import io.busbar.hub.NodeChoice;
import io.busbar.net.ConnectionLimiter;
import io.busbar.net.Connections;
import io.busbar.net.GuardedTransport;
import io.busbar.net.NodeConnections;
import io.busbar.rabbitmq.RabbitMqVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.impl.VertxBootstrapImpl;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One running node: its event loops and all that is deployed on them. Any thread may use it. */
final class Node {
  private static final String OURS = "busbar.";

  /** After this time the other nodes have heard what this node withdraws. */
  private static final long HEARD_EVERYWHERE_MILLIS = 300;

  private static final long WITHDRAW_SECONDS = 2;

  /** Opens the ports for clients. Completes with null for a node without any. */
  private interface Opening {
    Future<Gateway> open(
        Vertx vertx, ConnectionLimiter connectionLimiter, @Nullable Membership membership);
  }

  private final Vertx vertx;
  private final @Nullable Membership membership;
  private final Features features;
  private final @Nullable String rabbitMq;

  /** Null if only the price daemon runs. */
  private final @Nullable Gateway gateway;

  private final Duration spread;

  private Node(
      Vertx vertx,
      @Nullable Membership membership,
      Features features,
      @Nullable String rabbitMq,
      @Nullable Gateway gateway,
      Duration spread) {
    this.vertx = vertx;
    this.membership = membership;
    this.features = features;
    this.rabbitMq = rabbitMq;
    this.gateway = gateway;
    this.spread = spread;
  }

  /**
   * Will complete when all ports are open. After a failure nothing is running. If its message is
   * for people, the failure is a ConfigException or a StartException.
   */
  static Future<Node> start(Config config) {
    return start(
        config,
        config.features(),
        (vertx, connectionLimiter, membership) ->
            Gateway.open(vertx, config, connectionLimiter, membership));
  }

  /**
   * Like {@link #start}, but only with QuoteVerticle as the configuration lists it, and without a
   * gateway.
   */
  static Future<Node> quotes(Config config) {
    String quotes = QuoteVerticle.class.getName();
    List<FeatureConfig> listed =
        config.features().stream().filter(each -> each.verticle().equals(quotes)).toList();
    return start(
        config,
        listed.isEmpty() ? List.of(FeatureConfig.of(quotes)) : listed,
        (vertx, connectionLimiter, membership) -> Future.succeededFuture());
  }

  private static Future<Node> start(Config config, List<FeatureConfig> listed, Opening opening) {
    Features features;
    try {
      features = Features.find(listed);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    @Nullable Membership membership;
    try {
      membership =
          config.cluster().enabled()
              ? HazelcastCluster.membership(config.cluster(), config.deploy().enabled())
              : null;
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(new StartException(Reason.of(e), e));
    }
    ConnectionLimiter connectionLimiter = new ConnectionLimiter(new Connections(config.limits()));
    return vertx(config, membership, connectionLimiter)
        .compose(
            vertx ->
                start(
                    vertx,
                    membership,
                    features,
                    config,
                    () -> opening.open(vertx, connectionLimiter, membership)));
  }

  private static Future<Node> start(
      Vertx vertx,
      @Nullable Membership membership,
      Features features,
      Config config,
      Supplier<Future<Gateway>> opening) {
    return join(vertx, membership, config)
        .compose(joined -> features.deploy(vertx))
        .compose(deployed -> rabbitMq(vertx, config))
        .compose(
            rabbitMq ->
                opening
                    .get()
                    .map(
                        gateway ->
                            new Node(
                                vertx,
                                membership,
                                features,
                                rabbitMq,
                                gateway,
                                spread(config.shutdown()))))
        .recover(e -> vertx.close().transform(closed -> Future.failedFuture(e)));
  }

  /** Will complete with the deployment id; null if there is no route. */
  private static Future<@Nullable String> rabbitMq(Vertx vertx, Config config) {
    if (config.rabbitmq().routes().isEmpty()) {
      return Future.succeededFuture();
    }
    int addressLength = config.limits().addressLength();
    String data = config.allQueues().isOnDisk() ? config.data() : null;
    return vertx
        .deployVerticle(new RabbitMqVerticle(config.rabbitmq(), addressLength, data))
        .recover(e -> Future.failedFuture(new StartException(Reason.of(e), e)));
  }

  private static Future<Void> join(Vertx vertx, @Nullable Membership membership, Config config) {
    if (membership == null) {
      return Future.succeededFuture();
    }
    String mismatch = HazelcastCluster.mismatch(membership);
    return mismatch == null
        ? SelfCheck.start(vertx, membership, config.cluster().selfCheck())
        : Future.failedFuture(new StartException("the cluster cannot be joined: " + mismatch));
  }

  private static Future<Vertx> vertx(
      Config config, @Nullable Membership membership, ConnectionLimiter connectionLimiter) {
    try {
      VertxOptions options = options(config);
      FeatureMetrics metrics = config.deploy().enabled() ? new FeatureMetrics() : null;
      options.setMetricsOptions(new MetricsOptions().setEnabled(metrics != null));
      NodeConnections nodes = NodeConnections.none();
      if (membership != null) {
        EventBusOptions bus = HazelcastCluster.bus(config.cluster());
        options.setEventBusOptions(bus);
        nodes = NodeConnections.of(bus, config.cluster().bus().backlog());
      }
      Transport transport = GuardedTransport.with(connectionLimiter, nodes, config.transport());
      if (membership == null) {
        Vertx alone =
            Vertx.builder().with(options).withMetrics(metrics).withTransport(transport).build();
        return Future.succeededFuture(alone);
      }
      // Vertx.builder() cannot set a node selector.
      return new VertxBootstrapImpl(options)
          .transport(transport.implementation())
          .metricsFactory(metrics)
          .clusterManager(membership)
          .clusterNodeSelector(new NodeChoice())
          .init()
          .clusteredVertx()
          .recover(e -> Future.failedFuture(notJoined(e)));
    } catch (ConfigException e) {
      return Future.failedFuture(e);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(new StartException(Reason.of(e), e));
    }
  }

  private static StartException notJoined(Throwable cause) {
    return new StartException("the cluster cannot be joined: " + Reason.of(cause), cause);
  }

  private static VertxOptions options(Config config) {
    VertxOptions options = new VertxOptions();
    if (config.eventLoops() > 0) {
      options.setEventLoopPoolSize(config.eventLoops());
    } else {
      options.setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    }
    return options;
  }

  /** The text of the ready line: the URLs of all ports, separated by blanks. */
  String urls() {
    return gateway == null ? "quotes for stocks.work" : gateway.urls();
  }

  Vertx vertx() {
    return vertx;
  }

  @Nullable Gateway gateway() {
    return gateway;
  }

  /**
   * Will complete when everything is closed. Features may still send to their clients. In a
   * cluster, the other nodes stop sending new messages here before the features end. Then the
   * clients are told one after the other.
   *
   * @param pause how long everything first stays as it is
   */
  Future<Void> close(Duration pause) {
    if (gateway != null) {
      gateway.readiness().draining();
    }
    return after(pause)
        .compose(over -> withdraw())
        .compose(withdrawn -> gateway == null ? Future.succeededFuture() : gateway.endFeatures())
        .compose(ended -> features.undeploy(vertx))
        .compose(undeployed -> rabbitMq == null ? Future.succeededFuture() : undeployRabbitMq())
        .compose(undeployed -> closeGateway())
        .compose(closed -> vertx.close());
  }

  /** The future has no context, because no event loop is left when Vert.x has closed. */
  private Future<Void> after(Duration pause) {
    Promise<Void> over = Promise.promise();
    if (pause.isZero()) {
      over.complete();
    } else {
      vertx.setTimer(pause.toMillis(), timer -> over.complete());
    }
    return over.future();
  }

  /** At most half of the time, so the other half is left for the rest. */
  private static Duration spread(ShutdownConfig shutdown) {
    Duration most = shutdown.timeout().dividedBy(2);
    return shutdown.spread().compareTo(most) < 0 ? shutdown.spread() : most;
  }

  private Future<Void> undeployRabbitMq() {
    return vertx.undeploy(rabbitMq).otherwiseEmpty();
  }

  private Future<Void> closeGateway() {
    return gateway == null
        ? Future.succeededFuture()
        : gateway.close(membership == null ? Duration.ZERO : spread);
  }

  private Future<Void> withdraw() {
    if (membership == null) {
      return Future.succeededFuture();
    }
    SelfCheck.announceLeave(vertx, membership);
    return membership
        .withdraw(address -> !address.startsWith(OURS) && !isForClients(address))
        // A node that does not answer hears it later. The clients of this node must not wait for
        // it.
        .timeout(WITHDRAW_SECONDS, TimeUnit.SECONDS)
        .compose(withdrawn -> vertx.timer(HEARD_EVERYWHERE_MILLIS))
        .otherwiseEmpty()
        .mapEmpty();
  }

  private boolean isForClients(String address) {
    return gateway != null && gateway.hub().isListenedTo(address);
  }
}
