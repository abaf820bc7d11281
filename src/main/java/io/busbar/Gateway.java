package io.busbar;

import com.hazelcast.core.HazelcastInstance;
import io.busbar.auth.Doorkeeper;
import io.busbar.cluster.HazelcastCluster;
import io.busbar.cluster.Membership;
import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.http.HttpVerticle;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.Logins;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketEndpoint;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.bridge.BridgeProtocol;
import io.busbar.protocol.service.ServiceProtocol;
import io.busbar.protocol.sockjs.SockJsEndpoint;
import io.busbar.protocol.sockjs.SockJsOptions;
import io.busbar.protocol.stomp.HazelcastQueueHomes;
import io.busbar.protocol.stomp.HazelcastQueueStore;
import io.busbar.protocol.stomp.MemoryQueueStore;
import io.busbar.protocol.stomp.StompProtocol;
import io.busbar.protocol.stomp.StompTcpVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The hub and every protocol's endpoint, on the sockets that the config names. */
final class Gateway {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");
  private static final int ANY_PORT = -1;

  /** Vert.x gives all servers of one negative port the same port, of whichever protocol. */
  private static final int ANY_OTHER_PORT = -2;

  /** What a message may have beside its body, of {@code limits.message-size}. */
  private static final int STOMP_HEADERS = 64 << 10;

  /** The map of Hazelcast with the queues' messages, as cluster.xml calls it. */
  private static final String QUEUES = "busbar.queues";

  private static final String SOCKJS_LIBRARY = "/webjars/sockjs-client/dist/sockjs.min.js";
  private static final Set<String> SOCKJS_TRANSPORTS =
      new LinkedHashSet<>(
          List.of(
              "websocket",
              "xhr-streaming",
              "eventsource",
              "htmlfile",
              "xhr-polling",
              "jsonp-polling"));

  private final Vertx vertx;
  private final Config config;
  private final Hub hub;
  private final List<HttpEndpoint> endpoints;
  private final List<String> deployments = new ArrayList<>();
  private final StompProtocol stomp;
  private final Logins logins;
  private int httpPort;
  private int stompPort;

  private Gateway(Vertx vertx, Config config, Logins logins, Membership membership) {
    this.logins = logins;
    this.vertx = vertx;
    this.config = config;
    this.hub = new Hub(vertx, config);
    this.stomp =
        membership == null
            ? new StompProtocol(vertx, hub, config, logins, new MemoryQueueStore())
            : stomp(membership);
    this.endpoints = endpoints();
  }

  private StompProtocol stomp(Membership membership) {
    HazelcastInstance hazelcast = membership.getHazelcastInstance();
    return new StompProtocol(
        vertx,
        hub,
        config,
        logins,
        new HazelcastQueueStore(vertx, hazelcast.getMap(QUEUES)),
        new HazelcastQueueHomes(vertx, hazelcast, HazelcastCluster.NODE));
  }

  /**
   * Will listen. Fails with a {@link StartException} when a port is taken.
   *
   * @param membership null where there is no cluster
   */
  static Future<Gateway> open(Vertx vertx, Config config, Membership membership) {
    try {
      return Doorkeeper.open(vertx, config.auth(), isLocal(config))
          .compose(logins -> create(vertx, config, logins, membership))
          .compose(gateway -> gateway.open());
    } catch (ConfigException e) {
      return Future.failedFuture(e);
    }
  }

  /** Hazelcast may make who asks for the first time wait. */
  private static Future<Gateway> create(
      Vertx vertx, Config config, Logins logins, Membership membership) {
    return membership == null
        ? Future.succeededFuture(new Gateway(vertx, config, logins, null))
        : vertx.executeBlocking(() -> new Gateway(vertx, config, logins, membership));
  }

  private Future<Gateway> open() {
    return stomp
        .start()
        .compose(started -> listen())
        .onSuccess(listening -> new Statistics(vertx, hub, config, stompPort).start())
        .map(this);
  }

  /** Whether nobody but this machine's own people can come. */
  private static boolean isLocal(Config config) {
    return LOOPBACK.contains(config.http().host()) && LOOPBACK.contains(config.stomp().host());
  }

  int httpPort() {
    return httpPort;
  }

  int stompPort() {
    return stompPort;
  }

  Hub hub() {
    return hub;
  }

  /** The URLs of all ports, separated by blanks. */
  String urls() {
    return "http://%s:%d stomp://%s:%d"
        .formatted(config.http().host(), httpPort, config.stomp().host(), stompPort);
  }

  /** Will say goodbye to every client, to one after the other over that time, and close. */
  Future<Void> close(Duration spread) {
    return hub.close(Disconnect.SHUTDOWN, spread)
        .compose(
            gone ->
                Future.join(
                    endpoints.stream().map(endpoint -> endpoint.saidGoodbye(vertx)).toList()))
        .compose(
            told ->
                Future.join(deployments.stream().map(vertx::undeploy).toList())
                    .otherwiseEmpty()
                    .mapEmpty());
  }

  private Future<Void> listen() {
    return listenOnHttp().compose(http -> listenOnTcp());
  }

  private Future<Void> listenOnTcp() {
    StompTcpVerticle first = tcpVerticle();
    return vertx
        .deployVerticle(first)
        .recover(
            e ->
                Future.failedFuture(
                    notListening("stomp", config.stomp().host(), config.stomp().port(), e)))
        .compose(
            id -> {
              deployments.add(id);
              stompPort = first.actualPort();
              List<Future<String>> others = new ArrayList<>();
              for (int i = 1; i < hub.eventLoopCount(); i++) {
                others.add(vertx.deployVerticle(tcpVerticle()));
              }
              return Future.all(others);
            })
        .map(
            all -> {
              deployments.addAll(all.list());
              return null;
            });
  }

  private StompTcpVerticle tcpVerticle() {
    int port = config.stomp().port() == 0 ? ANY_OTHER_PORT : config.stomp().port();
    return new StompTcpVerticle(stomp, config.stomp().host(), port);
  }

  /** One instance first: of several that fail to bind the same port, Vert.x logs all but one. */
  private Future<Void> listenOnHttp() {
    HttpVerticle first = verticle();
    return vertx
        .deployVerticle(first)
        .recover(
            e ->
                Future.failedFuture(
                    notListening("http", config.http().host(), config.http().port(), e)))
        .compose(
            id -> {
              deployments.add(id);
              httpPort = first.actualPort();
              return Future.all(others());
            })
        .map(
            all -> {
              deployments.addAll(all.list());
              return null;
            });
  }

  private List<Future<String>> others() {
    List<Future<String>> others = new ArrayList<>();
    for (int i = 1; i < hub.eventLoopCount(); i++) {
      others.add(vertx.deployVerticle(verticle()));
    }
    return others;
  }

  private static StartException notListening(String what, String host, int port, Throwable cause) {
    String where = what + ".port " + port + " on " + host;
    boolean taken = String.valueOf(cause.getMessage()).contains("in use");
    return new StartException(
        taken ? where + " is taken" : where + " cannot be listened on: " + cause.getMessage(),
        cause);
  }

  private HttpVerticle verticle() {
    // Instances share a port that is negative for Vert.x as they share any other: 0 they do not.
    int port = config.http().port() == 0 ? ANY_PORT : config.http().port();
    int most = config.limits().messageSize().asInt() + STOMP_HEADERS;
    for (Config.Service service : config.services()) {
      most = Math.max(most, messageSize(service));
    }
    return new HttpVerticle(config, port, most, endpoints, logins);
  }

  private List<HttpEndpoint> endpoints() {
    List<HttpEndpoint> endpoints = new ArrayList<>();
    MessageProtocol bridge = new BridgeProtocol(hub, config.bridge(), logins);
    WebSocketOptions limits = WebSocketOptions.of(config, config.limits().messageSize().asInt());
    endpoints.add(
        new SockJsEndpoint(config.bridge().path(), sockJs(config.sockjs()), bridge, limits));
    WebSocketOptions frames =
        WebSocketOptions.of(config, config.limits().messageSize().asInt() + STOMP_HEADERS);
    endpoints.add(new WebSocketEndpoint(config.stomp().path(), stomp, frames));
    endpoints.add(
        new SockJsEndpoint(config.stomp().path(), sockJs(config.sockjs()), stomp, frames));
    for (Config.Service service : config.services()) {
      MessageProtocol feature = new ServiceProtocol(hub, service);
      WebSocketOptions webSocket = WebSocketOptions.of(config, messageSize(service));
      if (service.websocket()) {
        endpoints.add(new WebSocketEndpoint(service.path(), feature, webSocket));
      }
      endpoints.add(new SockJsEndpoint(service.path(), sockJs(service), feature, webSocket));
    }
    return endpoints;
  }

  private int messageSize(Config.Service service) {
    return service.messageSize() == null
        ? config.limits().messageSize().asInt()
        : service.messageSize().asInt();
  }

  private SockJsOptions sockJs(Config.SockJs common) {
    return new SockJsOptions(
        transports(List.of()),
        common.heartbeat().toMillis(),
        common.disconnectDelay().toMillis(),
        common.streamingLimit().asInt(),
        common.cookieNeeded(),
        config.limits().messageSize().asInt(),
        SOCKJS_LIBRARY);
  }

  private SockJsOptions sockJs(Config.Service service) {
    Config.SockJs common = config.sockjs();
    Duration heartbeat = service.heartbeat();
    return new SockJsOptions(
        transports(service.transports()),
        (heartbeat == null ? common.heartbeat() : heartbeat).toMillis(),
        common.disconnectDelay().toMillis(),
        (service.streamingLimit() == null ? common.streamingLimit() : service.streamingLimit())
            .asInt(),
        service.cookieNeeded() == null ? common.cookieNeeded() : service.cookieNeeded(),
        messageSize(service),
        SOCKJS_LIBRARY);
  }

  private Set<String> transports(List<String> chosen) {
    Set<String> transports = new LinkedHashSet<>(SOCKJS_TRANSPORTS);
    if (!chosen.isEmpty()) {
      transports.retainAll(chosen);
    }
    if (!config.sockjs().websocket()) {
      transports.remove("websocket");
    }
    return transports;
  }
}
