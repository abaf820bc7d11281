package io.busbar;

import com.hazelcast.core.HazelcastInstance;
import io.busbar.admin.AdminVerticle;
import io.busbar.admin.Console;
import io.busbar.admin.Readiness;
import io.busbar.auth.Authenticator;
import io.busbar.cluster.HazelcastCluster;
import io.busbar.cluster.HazelcastOwners;
import io.busbar.cluster.Membership;
import io.busbar.cluster.Owners;
import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.Permission;
import io.busbar.config.Reason;
import io.busbar.config.ServiceConfig;
import io.busbar.config.StreamsConfig;
import io.busbar.config.TcpPort;
import io.busbar.deploy.Deployments;
import io.busbar.deploy.FeatureHost;
import io.busbar.deploy.FeatureStore;
import io.busbar.deploy.HazelcastCatalogue;
import io.busbar.http.EndpointPaths;
import io.busbar.http.Rejections;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.monitor.MemoryBudget;
import io.busbar.net.ConnectionLimiter;
import io.busbar.presence.Presence;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.ProtocolContext;
import io.busbar.protocol.ProtocolModule;
import io.busbar.protocol.TcpServer;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.bridge.BridgeModule;
import io.busbar.protocol.pusher.PusherRules;
import io.busbar.protocol.route.RouteModule;
import io.busbar.protocol.service.ServiceProtocol;
import io.busbar.protocol.session.SessionCluster;
import io.busbar.protocol.socketio.SocketIoModule;
import io.busbar.protocol.sse.SseModule;
import io.busbar.protocol.stomp.StompModule;
import io.busbar.protocol.tcpbridge.TcpBridgeModule;
import io.busbar.protocol.topics.TopicsModule;
import io.busbar.queue.Queues;
import io.busbar.queue.store.DiskQueueStore;
import io.busbar.queue.store.HazelcastQueueStore;
import io.busbar.queue.store.QueueStore;
import io.busbar.stream.DiskStreamStore;
import io.busbar.stream.HazelcastStreamStore;
import io.busbar.stream.StreamStore;
import io.busbar.stream.Streams;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The hub and the endpoints of all protocols, on their ports. Any thread may use it. */
final class Gateway {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");

  /** The Hazelcast map with the messages of queues. cluster.xml has the same name. */
  private static final String QUEUES = "busbar.queue";

  /** The Hazelcast map with the announced users of channels. */
  private static final String PRESENCE = "busbar.presence";

  /** The Hazelcast map with the features that the nodes have in common. */
  private static final String FEATURES = "busbar.features";

  /**
   * The stores on disk.
   *
   * @param queues null if no queue is on disk
   * @param streams null if no stream is on disk
   */
  private record Disks(@Nullable DiskQueueStore queues, @Nullable DiskStreamStore streams) {}

  private static final Disks NO_DISKS = new Disks(null, null);

  private final Vertx vertx;
  private final Config config;
  private final Hub hub;
  private final List<HttpEndpoint> endpoints;
  private final List<TcpServer> tcpServers;
  private final Authenticator logins;
  private final Ports ports;
  private final Readiness readiness = new Readiness();
  private final Rejections rejections = new Rejections();

  /** Null on a single node. */
  private final @Nullable SessionCluster sessionCluster;

  /** Null on a single node. */
  private final @Nullable HazelcastOwners owners;

  private final Queues queues;
  private final Presence presence;

  /** Null if no channel has a history, and none can get one. */
  private final @Nullable Streams streams;

  private final Webhooks webhooks;

  private final WebSocketOptions webSockets;
  private final ServiceEndpoints services;

  /** What features bring at run time. */
  private final FeatureLayer layer;

  /** Null if features cannot come at run time. */
  private final @Nullable Deployments deployments;

  private final Pusher pusher;

  private Gateway(
      Vertx vertx,
      Config config,
      ConnectionLimiter connectionLimiter,
      Authenticator logins,
      @Nullable Membership membership,
      @Nullable SessionCluster sessionCluster,
      Disks disks) {
    this.logins = logins;
    this.sessionCluster = sessionCluster;
    this.vertx = vertx;
    this.config = config;
    this.hub = new Hub(vertx, config, PusherRules.of(config.pusher()));
    this.webhooks = new Webhooks(vertx, hub, config);
    this.webSockets = WebSocketOptions.of(config, hub.inbound());
    this.services = new ServiceEndpoints(hub, config, webSockets, sessionCluster);
    logins.onChange(hub.rights()::people);
    if (membership == null) {
      this.owners = null;
      this.streams = streams(null, disks.streams());
      this.queues =
          new Queues(vertx, hub, config.allQueues(), null, QueueStore.inMemory(), disks.queues());
      this.presence = Presence.alone(vertx, hub, config.presence(), config.occupancy());
    } else {
      HazelcastInstance hazelcast = membership.getHazelcastInstance();
      this.owners =
          new HazelcastOwners(
              vertx, hazelcast, HazelcastCluster.NODE, config.cluster().deadAfter());
      this.streams =
          streams(owners, new HazelcastStreamStore(vertx, hazelcast, HazelcastCluster.STREAMS));
      QueueStore store = new HazelcastQueueStore(vertx, hazelcast, QUEUES);
      this.queues = new Queues(vertx, hub, config.allQueues(), owners, store, null);
      this.presence =
          Presence.clustered(
              vertx,
              hub,
              config.presence(),
              config.occupancy(),
              owners,
              hazelcast,
              PRESENCE,
              config.cluster().deadAfter());
    }
    this.pusher = new Pusher(vertx, hub, config, owners);
    EndpointPaths paths = new EndpointPaths(config);
    this.layer = new FeatureLayer(vertx, config, hub, queues, services, paths, maxMessageSize());
    this.deployments = config.deploy().enabled() ? deployments(membership) : null;
    List<ProtocolModule> protocols = protocols();
    this.endpoints = protocols.stream().flatMap(one -> one.endpoints().stream()).toList();
    this.tcpServers = protocols.stream().flatMap(one -> one.tcpServers().stream()).toList();
    this.ports = new Ports(vertx, config, paths, connectionLimiter, hub, rejections);
  }

  private Deployments deployments(@Nullable Membership membership) {
    FeatureStore store = new FeatureStore(Path.of(config.data(), "features"));
    return membership == null || owners == null
        ? Deployments.alone(vertx, config.deploy(), store, layer)
        : Deployments.clustered(
            vertx,
            config.deploy(),
            store,
            layer,
            new HazelcastCatalogue(vertx, membership.getHazelcastInstance(), FEATURES),
            owners,
            () -> HazelcastCluster.nodesWithFeatures(membership));
  }

  /**
   * Will open all ports. Fails with a {@link StartException} if a port is taken.
   *
   * @param connectionLimiter limits the connections of this Vert.x
   * @param membership null on a single node
   */
  static Future<Gateway> open(
      Vertx vertx,
      Config config,
      ConnectionLimiter connectionLimiter,
      @Nullable Membership membership) {
    try {
      return Authenticator.open(vertx, config.auth(), isLocal(config))
          .compose(logins -> create(vertx, config, connectionLimiter, logins, membership))
          .compose(Gateway::open);
    } catch (ConfigException e) {
      return Future.failedFuture(e);
    }
  }

  /** In a cluster this runs on a worker, because Hazelcast may block on first use. */
  private static Future<Gateway> create(
      Vertx vertx,
      Config config,
      ConnectionLimiter connectionLimiter,
      Authenticator logins,
      @Nullable Membership membership) {
    if (membership == null) {
      return disk(vertx, config)
          .map(disks -> new Gateway(vertx, config, connectionLimiter, logins, null, null, disks));
    }
    return SessionCluster.join(vertx)
        .compose(
            sessions ->
                vertx.executeBlocking(
                    () ->
                        new Gateway(
                            vertx,
                            config,
                            connectionLimiter,
                            logins,
                            membership,
                            sessions,
                            NO_DISKS)));
  }

  /** Will open the files of the stores on disk. */
  private static Future<Disks> disk(Vertx vertx, Config config) {
    Path folder = Path.of(config.data());
    Duration sync = config.queues().sync();
    boolean keepsStreams = config.streams().store() == StreamsConfig.Store.DISK;
    Future<DiskQueueStore> queues =
        config.allQueues().isOnDisk()
            ? DiskQueueStore.open(vertx, folder, sync)
            : Future.succeededFuture();
    Future<DiskStreamStore> streams =
        keepsStreams ? DiskStreamStore.open(vertx, folder, sync) : Future.succeededFuture();
    return Future.all(queues, streams)
        .map(open -> new Disks(queues.result(), streams.result()))
        .recover(e -> Future.failedFuture(new StartException(Reason.of(e), e)));
  }

  /** Null if no channel has a history, and none can get one. */
  private @Nullable Streams streams(@Nullable Owners all, @Nullable StreamStore store) {
    return hub.channelRules().haveStreams() || config.deploy().enabled()
        ? new Streams(vertx, hub, config.streams(), all, store)
        : null;
  }

  private Future<Gateway> open() {
    long heap = Runtime.getRuntime().maxMemory();
    MemoryBudget.of(config, hub.inbound(), heap, PlatformDependent.maxDirectMemory()).tell();
    Future<Void> started = streams == null ? Future.succeededFuture() : streams.start();
    return started
        .compose(open -> webhooks.deploy())
        .compose(deployed -> queues.start())
        .compose(open -> webhooks.begin())
        .compose(begun -> presence.start())
        .compose(there -> pusher.start())
        .compose(there -> deployments == null ? Future.succeededFuture() : deployments.start())
        .compose(there -> ports.open(endpoints, maxMessageSize(), tcpServers, logins))
        .compose(open -> ports.openAdmin(this::adminVerticle))
        .onFailure(e -> logins.close())
        .onSuccess(open -> new Statistics(vertx, hub, config, ports).start())
        .map(this);
  }

  /** Whether only clients on this machine can connect. */
  private static boolean isLocal(Config config) {
    return LOOPBACK.contains(config.http().host())
        && config.http().proxies().isEmpty()
        && isLocal(config.stomp())
        && (!config.tcpBridge().enabled() || isLocal(config.tcpBridge()));
  }

  private static boolean isLocal(TcpPort tcp) {
    return LOOPBACK.contains(tcp.host()) && tcp.proxies().isEmpty();
  }

  /** The connections that the ports refused. */
  Rejections rejections() {
    return rejections;
  }

  int httpPort() {
    return ports.http();
  }

  int stompPort() {
    return ports.stomp();
  }

  /** The ports for clients. */
  Ports ports() {
    return ports;
  }

  int adminPort() {
    return ports.admin();
  }

  /** The readiness that the admin port shows to load balancers. */
  Readiness readiness() {
    return readiness;
  }

  Hub hub() {
    return hub;
  }

  /** The queues of this node, and its way to those of other nodes. */
  Queues queues() {
    return queues;
  }

  /** The permissions of the configuration have changed to these. */
  void permissions(List<Permission> fresh) {
    layer.permissions(fresh);
  }

  /** Takes in what features bring. */
  FeatureHost features() {
    return layer;
  }

  /** Completes when the features that came at run time have ended here. */
  Future<Void> endFeatures() {
    return deployments == null ? Future.succeededFuture() : deployments.stop();
  }

  /** Checks the logins of clients. */
  Authenticator logins() {
    return logins;
  }

  /** The URLs of all ports, separated by blanks. */
  String urls() {
    return ports.urls();
  }

  /**
   * Will notify all clients and close.
   *
   * @param spread the time over which it notifies one client after the other
   */
  Future<Void> close(Duration spread) {
    return hub.close(Disconnect.SHUTDOWN, spread)
        .compose(
            gone ->
                Future.join(
                    endpoints.stream().map(endpoint -> endpoint.closeNotified(vertx)).toList()))
        .otherwiseEmpty()
        .compose(told -> logins.close())
        .compose(checked -> ports.close())
        .compose(closed -> webhooks.close())
        .eventually(presence::close)
        .onComplete(closed -> closeOwners())
        .compose(closed -> queues.close())
        .compose(closed -> streams == null ? Future.succeededFuture() : streams.close());
  }

  private AdminVerticle adminVerticle() {
    MessageProtocol feed =
        new ServiceProtocol(hub, ServiceConfig.of(Console.PATH, Console.FEED, Console.CHANNEL));
    HttpEndpoint endpoint =
        new WebSocketEndpoint(Console.PATH, feed, webSockets.upTo(Console.MOST_BYTES));
    return new AdminVerticle(
        config,
        hub,
        queues,
        readiness,
        rejections,
        Version.number(),
        endpoint,
        pusher.apis(),
        deployments);
  }

  private void closeOwners() {
    if (owners != null) {
      owners.close();
    }
  }

  /** The most bytes of a WebSocket message that any endpoint accepts. */
  private int maxMessageSize() {
    int most = ProtocolContext.frameSize(config);
    most = Math.max(most, config.socketio().maxPayload().asInt());
    for (ServiceConfig service : config.services()) {
      most = Math.max(most, services.largest(service));
    }
    return most;
  }

  /** All protocols. A new one is one more line. */
  private List<ProtocolModule> protocols() {
    ProtocolContext node =
        new ProtocolContext(vertx, hub, config, logins, webSockets, services::sockJsAt);
    return List.of(
        pusher::apis,
        new BridgeModule(node),
        new StompModule(node, queues),
        new TcpBridgeModule(node),
        new SocketIoModule(node, sessionCluster),
        new SseModule(node),
        new RouteModule(node),
        () -> List.of(layer.endpoints()),
        () ->
            pusher.clients(
                webSockets, (path, protocol) -> services.pusherAt(path, protocol, webSockets)),
        new TopicsModule(node),
        services);
  }
}
