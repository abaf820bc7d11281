package io.busbar.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.cluster.HazelcastCluster;
import io.busbar.config.ClusterConfig;
import io.busbar.config.Config;
import io.busbar.hub.Disconnect;
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
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server with the services that the sockjs-protocol suite needs, on four event loops. After its
 * tests no session may be left.
 */
final class SockJsServer implements BeforeAllCallback, AfterAllCallback {
  static final Set<String> ALL =
      Set.of(
          "websocket", "xhr-polling", "xhr-streaming", "eventsource", "htmlfile", "jsonp-polling");
  static final int MAX_MESSAGE = 64 << 10;
  static final long BODY_TIMEOUT_MILLIS = 1_500;
  private static final int LOOPS = 4;

  private final boolean nativeTransport;
  private final long disconnectDelayMillis;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Map<String, Transport> transports = new ConcurrentHashMap<>();
  private final Map<String, Context> loops = new ConcurrentHashMap<>();
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final ClusterConfig membership;
  private final long renewalMillis;
  private Vertx vertx;
  private SessionCluster cluster;
  private Hub hub;
  private List<SockJsEndpoint> endpoints;
  private int port;

  SockJsServer() {
    this(true, 2_000);
  }

  SockJsServer(boolean nativeTransport, long disconnectDelayMillis) {
    this(nativeTransport, disconnectDelayMillis, null, 60_000);
  }

  /**
   * @param membership of a cluster of several such servers; null for none
   * @param renewalMillis interval in which a server renews its sessions, in milliseconds
   */
  SockJsServer(
      boolean nativeTransport,
      long disconnectDelayMillis,
      ClusterConfig membership,
      long renewalMillis) {
    this.nativeTransport = nativeTransport;
    this.disconnectDelayMillis = disconnectDelayMillis;
    this.membership = membership;
    this.renewalMillis = renewalMillis;
  }

  private Vertx startVertx() {
    VertxOptions options =
        new VertxOptions().setPreferNativeTransport(nativeTransport).setEventLoopPoolSize(LOOPS);
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
    cluster = finished(SessionCluster.join(vertx, renewalMillis));
    hub = new Hub(vertx, Config.defaults());
    endpoints =
        List.of(
            endpoint("/echo", ALL, false, 4096, 1_000, this::echo),
            endpoint("/close", ALL, false, 4096, 1_000, this::close),
            endpoint(
                "/disabled_websocket_echo", without("websocket"), false, 4096, 1_000, this::echo),
            endpoint("/cookie_needed_echo", ALL, true, 4096, 1_000, this::echo),
            endpoint("/only_websocket", Set.of("websocket"), false, 4096, 1_000, this::echo),
            endpoint("/wide", ALL, false, 128 << 10, 25_000, this::echo),
            new SockJsEndpoint(
                "/few",
                options(ALL, false, 4096, 25_000),
                this::echo,
                webSocket(),
                cluster,
                BODY_TIMEOUT_MILLIS,
                2));
    port =
        finished(
            vertx
                .deployVerticle(() -> new Http(), new DeploymentOptions().setInstances(LOOPS))
                .map(id -> port));
  }

  private static Set<String> without(String transport) {
    return ALL.stream()
        .filter(name -> !name.equals(transport))
        .collect(java.util.stream.Collectors.toSet());
  }

  private SockJsEndpoint endpoint(
      String path,
      Set<String> transports,
      boolean cookie,
      int limit,
      long heartbeat,
      MessageProtocol protocol) {
    return new SockJsEndpoint(
        path,
        options(transports, cookie, limit, heartbeat),
        protocol,
        webSocket(),
        cluster,
        BODY_TIMEOUT_MILLIS,
        100_000);
  }

  private SockJsOptions options(Set<String> transports, boolean cookie, int limit, long heartbeat) {
    return new SockJsOptions(
        transports,
        heartbeat,
        disconnectDelayMillis,
        limit,
        null,
        cookie,
        MAX_MESSAGE,
        "/webjars/sockjs-client/dist/sockjs.min.js");
  }

  private WebSocketOptions webSocket() {
    return new WebSocketOptions(MAX_MESSAGE, 30_000, 30_000, null, hub.inbound());
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
                routing
                    .response()
                    .putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; frame-ancestors 'self'"
                            + " https://a.example");
                routing.next();
              });
      endpoints.forEach(endpoint -> endpoint.mount(router));
      return vertx
          .createHttpServer(
              new io.vertx.core.http.HttpServerOptions()
                  .setHttp2ClearTextEnabled(false)
                  .setTcpNoDelay(true))
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
      sessions.put(name, session);
      transports.put(name, transport);
      loops.put(name, Vertx.currentContext());
    }
    return echo(session);
  }

  private Receiver echo(Session session) {
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

  private Receiver close(Transport transport, Client client) {
    Session session = hub.join(transport, "test", client.principal());
    joined.incrementAndGet();
    session.close(new Disconnect(3000, "Go away!", false));
    return echo(session);
  }

  int port() {
    return port;
  }

  Hub hub() {
    return hub;
  }

  Vertx vertx() {
    return vertx;
  }

  /** Runs an action on the session of the client that connected with this X-Test header. */
  void onLoopOf(String name, Consumer<Session> what) {
    if (!loops.containsKey(name)) {
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> loops.containsKey(name));
    }
    loops.get(name).runOnContext(nothing -> what.accept(sessions.get(name)));
  }

  /** Runs a function in the same way and returns its result. */
  <T> T askOnLoopOf(String name, Function<Session, T> what) {
    CompletableFuture<T> result = new CompletableFuture<>();
    onLoopOf(name, session -> result.complete(what.apply(session)));
    return result.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Returns whether a message written now would be sent to that client. */
  boolean isWritable(String name) {
    return askOnLoopOf(name, session -> transport(name).writable());
  }

  /** Returns whether that client has yet to fetch the close frame of its session. */
  boolean awaitsCloseNotification(String name) {
    return askOnLoopOf(
        name, session -> ((SockJsSession) transport(name)).awaitsCloseNotification());
  }

  /** Returns whether the session of the client with this X-Test header is here. */
  boolean has(String name) {
    return loops.containsKey(name);
  }

  /** Stops without notice to clients. */
  void end() {
    finished(vertx.close());
  }

  /** Tells the clients as a regular shutdown does. */
  void notifyClose() {
    endpoints.forEach(endpoint -> finished(endpoint.closeNotified(vertx)));
  }

  /** Returns the transport of a client; to be used on its event loop. */
  Transport transport(String name) {
    return transports.get(name);
  }

  int sessionCount() {
    return endpoints.stream().mapToInt(SockJsEndpoint::sessionCount).sum();
  }

  RawHttp connect() throws IOException {
    return new RawHttp(port);
  }

  /** Sends a request on a new connection, and reads the whole response. */
  Reply get(String path, String... headers) throws IOException {
    return ask("GET", path, null, headers);
  }

  Reply post(String path, String body, String... headers) throws IOException {
    return ask("POST", path, body, headers);
  }

  Reply ask(String method, String path, String body, String... headers) throws IOException {
    try (RawHttp http = connect()) {
      RawHttp.Answer answer = http.send(method, path, body, headers).answer();
      return new Reply(answer, method.equals("HEAD") ? "" : answer.body());
    }
  }

  /** A response and its body. */
  record Reply(RawHttp.Answer answer, String body) {
    int status() {
      return answer.status();
    }

    String header(String name) {
      return answer.header(name);
    }

    List<String> headers(String name) {
      return answer.headers(name);
    }
  }

  /** Returns the URL of a new session. */
  static String fresh(String prefix) {
    return prefix + "/000/" + UUID.randomUUID();
  }

  private static <T> T finished(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(sessionCount()).as("sessions left").isZero());
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(gone.get()).isEqualTo(joined.get()));
    finished(vertx.close());
  }
}
