package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.cluster.HazelcastCluster;
import io.busbar.config.ClusterConfig;
import io.busbar.config.Config;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.Receiver;
import io.busbar.protocol.TestNames;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.session.RawHttp;
import io.busbar.protocol.session.SessionCluster;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An echo service over Engine.IO on four event loops: {@code /engine.io}, {@code /quick} with pings
 * every 300 ms, and {@code /few} with two sessions at most. After its tests no session may be left.
 */
final class EngineServer implements BeforeAllCallback, AfterAllCallback {
  static final int MAX_PAYLOAD = 100_000;
  private static final int LOOPS = 4;

  private final Map<String, Peer> peers = new ConcurrentHashMap<>();
  private final Queue<WeakReference<HttpServerRequest>> requests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final ClusterConfig membership;
  private Vertx vertx;
  private Hub hub;
  private List<EngineEndpoint> endpoints;
  private int port;

  /** A client with a name. */
  private record Peer(Session session, Transport transport, Context loop) {}

  EngineServer() {
    this(null);
  }

  /**
   * @param membership of a cluster of several such servers; null for none
   */
  EngineServer(ClusterConfig membership) {
    this.membership = membership;
  }

  private Vertx startVertx() {
    VertxOptions options =
        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(LOOPS);
    if (membership == null) {
      return Vertx.vertx(options);
    }
    options.setEventBusOptions(HazelcastCluster.bus(membership));
    return finished(
        Vertx.builder()
            .with(options)
            .withClusterManager(HazelcastCluster.membership(membership, false))
            .buildClustered());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    vertx = startVertx();
    SessionCluster cluster = finished(SessionCluster.join(vertx));
    hub = new Hub(vertx, Config.defaults());
    endpoints =
        List.of(
            endpoint("/engine.io", 25_000, 20_000, 100_000, cluster),
            endpoint("/quick", 300, 200, 100_000, cluster),
            endpoint("/few", 25_000, 20_000, 2, cluster));
    port =
        finished(
            vertx
                .deployVerticle(() -> new Http(), new DeploymentOptions().setInstances(LOOPS))
                .map(id -> port));
  }

  private EngineEndpoint endpoint(
      String path, long interval, long timeout, int most, SessionCluster cluster) {
    EngineOptions options =
        new EngineOptions(
            Set.of(EngineRevision.values()),
            Set.of("polling", "websocket"),
            interval,
            timeout,
            MAX_PAYLOAD,
            2_000,
            100_000,
            most);
    MessageProtocol echo = this::echo;
    return new EngineEndpoint(
        path,
        options,
        Map.of(EngineRevision.THREE, echo, EngineRevision.FOUR, echo),
        new WebSocketOptions(MAX_PAYLOAD, 30_000, 30_000, null, hub.inbound()),
        cluster);
  }

  /** One of the verticles that share the port, as in the gateway. */
  private final class Http extends VerticleBase {
    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      router.route().handler(TestNames::identify);
      router
          .route()
          .handler(
              routing -> {
                requests.add(new WeakReference<>(routing.request()));
                routing.next();
              });
      endpoints.forEach(endpoint -> endpoint.mount(router));
      return vertx
          .createHttpServer(
              new HttpServerOptions().setHttp2ClearTextEnabled(false).setTcpNoDelay(true))
          .requestHandler(router)
          .listen(-1, "127.0.0.1")
          .onSuccess(server -> port = server.actualPort());
    }
  }

  private Receiver echo(Transport transport, Client client) {
    Session session = hub.join(transport, "test", client.principal());
    joined.incrementAndGet();
    String name = client.principal().name();
    if (name != null) {
      peers.put(name, new Peer(session, transport, Vertx.currentContext()));
    }
    return new Receiver() {
      @Override
      public void text(String message) {
        session.write(EncodedMessage.text(message));
      }

      @Override
      public void binary(Buffer message) {
        session.write(EncodedMessage.binary(message.getBytes()));
      }

      @Override
      public void closed() {
        gone.incrementAndGet();
        hub.leave(session);
      }
    };
  }

  int port() {
    return port;
  }

  Vertx vertx() {
    return vertx;
  }

  RawHttp connect() throws IOException {
    return new RawHttp(port);
  }

  /** Returns the number of earlier requests that are still in memory after a garbage collection. */
  long requestsInMemory() {
    System.gc();
    return requests.stream().filter(each -> each.get() != null).count();
  }

  /** Runs an action on the session of the client that connected with this X-Test header. */
  void onLoopOf(String name, Consumer<Session> what) {
    Peer peer = peer(name);
    peer.loop().runOnContext(nothing -> what.accept(peer.session()));
  }

  /** Runs an action on the transport of the client that connected with this X-Test header. */
  void withTransportOf(String name, Consumer<Transport> what) {
    Peer peer = peer(name);
    peer.loop().runOnContext(nothing -> what.accept(peer.transport()));
  }

  private Peer peer(String name) {
    if (!peers.containsKey(name)) {
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> peers.containsKey(name));
    }
    return peers.get(name);
  }

  int sessionCount() {
    return endpoints.stream().mapToInt(EngineEndpoint::sessionCount).sum();
  }

  /** Tells the clients as a regular shutdown does. */
  void notifyClose() {
    endpoints.forEach(endpoint -> finished(endpoint.closeNotified(vertx)));
  }

  /** Stops without notice to clients. */
  void end() {
    finished(vertx.close());
  }

  private static <T> T finished(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sessionCount()).as("sessions left").isZero());
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(gone.get()).isEqualTo(joined.get()));
    finished(vertx.close());
  }
}
