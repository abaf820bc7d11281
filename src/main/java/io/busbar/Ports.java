package io.busbar;

import io.busbar.admin.AdminVerticle;
import io.busbar.config.Config;
import io.busbar.config.Reason;
import io.busbar.config.TcpPort;
import io.busbar.http.EndpointPaths;
import io.busbar.http.HttpVerticle;
import io.busbar.http.RedirectVerticle;
import io.busbar.http.Rejections;
import io.busbar.hub.Hub;
import io.busbar.hub.InboundBudget;
import io.busbar.net.AcceptPolicy;
import io.busbar.net.ConnectionLimiter;
import io.busbar.net.Connections;
import io.busbar.net.Proxies;
import io.busbar.net.TcpVerticle;
import io.busbar.net.Tls;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.Logins;
import io.busbar.protocol.TcpServer;
import io.busbar.protocol.TlsRecords;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.ServerSSLOptions;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ports for clients: HTTP, its redirect, and those of the protocols with ports of their own,
 * plain and over TLS. Each has its accept policy. It is filled one port after the other while they
 * open. After that nothing changes until they close, and any thread may read it.
 */
final class Ports {
  /**
   * Vert.x gives all servers with the same negative port the same random port. So each protocol
   * needs another one.
   */
  private static final int ANY_HTTP = -1;

  private static final String STOMP = "stomp";
  private static final String TCP_BRIDGE = "tcp-bridge";

  private final Vertx vertx;
  private final Config config;
  private final EndpointPaths paths;
  private final ConnectionLimiter connectionLimiter;
  private final int instances;
  private final InboundBudget inbound;
  private final Rejections rejections;
  private final List<String> deployments = new ArrayList<>();
  private final List<Tls> certificates = new ArrayList<>();
  private final List<String> urls = new ArrayList<>();
  private int http;
  private int redirect;

  /** The plain ports of protocols with their own, by stanza; no entry if there is none. */
  private final Map<String, Integer> plain = new HashMap<>();

  /** The same over TLS. */
  private final Map<String, Integer> overTls = new HashMap<>();

  private int lastAny = ANY_HTTP;
  private int admin;

  /**
   * @param paths the paths of the endpoints
   */
  Ports(
      Vertx vertx,
      Config config,
      EndpointPaths paths,
      ConnectionLimiter connectionLimiter,
      Hub hub,
      Rejections rejections) {
    this.paths = paths;
    this.vertx = vertx;
    this.config = config;
    this.connectionLimiter = connectionLimiter;
    this.instances = hub.eventLoopCount();
    this.inbound = hub.inbound();
    this.rejections = rejections;
    inbound.proxies(proxies(config));
  }

  private static Predicate<InetAddress> proxies(Config config) {
    Proxies http = new Proxies(config.http().proxies());
    Proxies stomp = new Proxies(config.stomp().proxies());
    Proxies tcpBridge = new Proxies(config.tcpBridge().proxies());
    return address ->
        http.contains(address) || stomp.contains(address) || tcpBridge.contains(address);
  }

  /** 0 if STOMP has TLS only. */
  int stomp() {
    return plain.getOrDefault(STOMP, 0);
  }

  /** 0 if there is no such port. */
  int stompTls() {
    return overTls.getOrDefault(STOMP, 0);
  }

  /** 0 if there is no TCP event-bus bridge, or if it has TLS only. */
  int tcpBridge() {
    return plain.getOrDefault(TCP_BRIDGE, 0);
  }

  /** 0 if there is no such port. */
  int tcpBridgeTls() {
    return overTls.getOrDefault(TCP_BRIDGE, 0);
  }

  int http() {
    return http;
  }

  int admin() {
    return admin;
  }

  /** 0 if there is no such port. */
  int redirect() {
    return redirect;
  }

  /** The number of connections to these ports. */
  Connections connections() {
    return connectionLimiter.connections();
  }

  /** The URLs of all ports, separated by blanks. */
  String urls() {
    return String.join(" ", urls);
  }

  /** Will open the ports for clients. Fails with a {@link StartException} if a port is taken. */
  Future<Void> open(
      List<HttpEndpoint> endpoints, int maxMessageSize, List<TcpServer> servers, Logins logins) {
    Future<Void> open =
        Tls.load(vertx, "http.tls", config.http().tls())
            .compose(tls -> openHttp(endpoints, maxMessageSize, logins, tls))
            .compose(listens -> openRedirect());
    for (TcpServer tcpServer : servers) {
      open = open.compose(listens -> openTcp(tcpServer));
    }
    return open.recover(e -> close().transform(closed -> Future.failedFuture(e)));
  }

  private Future<Void> openTcp(TcpServer tcpServer) {
    Future<Void> open =
        tcpServer.config().plain() ? openPlain(tcpServer) : Future.succeededFuture();
    return open.compose(
            listens -> Tls.load(vertx, tcpServer.stanza() + ".tls", tcpServer.config().tls()))
        .compose(tls -> tls == null ? Future.succeededFuture() : openTls(tcpServer, tls));
  }

  private Future<Void> openHttp(
      List<HttpEndpoint> endpoints, int maxMessageSize, Logins logins, @Nullable Tls tls) {
    int port = config.http().port() == 0 ? ANY_HTTP : config.http().port();
    return deploy(
            "http.port",
            config.http().host(),
            config.http().port(),
            instances,
            () ->
                new HttpVerticle(
                    config,
                    paths,
                    port,
                    maxMessageSize,
                    endpoints,
                    logins,
                    tls,
                    connectionLimiter.connections(),
                    inbound,
                    rejections))
        .map(
            first -> {
              http = first.actualPort();
              connectionLimiter.keep(http, httpPolicy(tls == null));
              urls.add(url(tls == null ? "http" : "https", config.http().host(), http));
              follow(tls, first::update);
              return null;
            });
  }

  private AcceptPolicy httpPolicy(boolean plain) {
    Proxies proxies = new Proxies(config.http().proxies());
    boolean behindProxies = config.http().proxyProtocol();
    return new AcceptPolicy(proxies, behindProxies, plain, watch(plain || behindProxies));
  }

  private Future<Void> openRedirect() {
    if (!config.http().redirect().enabled()) {
      return Future.succeededFuture();
    }
    return deploy(
            "http.redirect.port",
            config.http().host(),
            config.http().redirect().port(),
            1,
            () -> new RedirectVerticle(config.http(), http, inbound))
        .map(
            first -> {
              redirect = first.actualPort();
              connectionLimiter.keep(
                  redirect, new AcceptPolicy(new Proxies(List.of()), false, true, watch(true)));
              urls.add(url("http", config.http().host(), redirect));
              return null;
            });
  }

  private Future<Void> openPlain(TcpServer tcpServer) {
    TcpPort tcp = tcpServer.config();
    return listen(tcpServer, "port", tcp.port(), null)
        .map(
            first -> {
              plain.put(tcpServer.stanza(), first.actualPort());
              connectionLimiter.keep(first.actualPort(), tcpPolicy(tcp, true));
              urls.add(url(tcpServer.stanza(), tcp.host(), first.actualPort()));
              return null;
            });
  }

  private Future<Void> openTls(TcpServer tcpServer, Tls tls) {
    TcpPort tcp = tcpServer.config();
    return listen(tcpServer, "tls-port", tcp.tlsPort(), tls)
        .map(
            first -> {
              overTls.put(tcpServer.stanza(), first.actualPort());
              connectionLimiter.keep(first.actualPort(), tcpPolicy(tcp, false));
              urls.add(url(tcpServer.stanza() + "+ssl", tcp.host(), first.actualPort()));
              follow(tls, first::update);
              return null;
            });
  }

  private Future<TcpVerticle> listen(TcpServer tcpServer, String key, int port, @Nullable Tls tls) {
    TcpPort tcp = tcpServer.config();
    int wanted = port == 0 ? --lastAny : port;
    return deploy(
        tcpServer.stanza() + "." + key,
        tcp.host(),
        port,
        instances,
        () ->
            new TcpVerticle(
                tcpServer.clients(), tcp, wanted, tls, connectionLimiter.connections()));
  }

  /** Will open the port for operators. Its connections do not count as clients. */
  Future<Void> openAdmin(Supplier<AdminVerticle> verticle) {
    return deploy("admin.port", config.admin().host(), config.admin().port(), 1, verticle)
        .map(
            first -> {
              admin = first.actualPort();
              urls.add("admin " + url("http", config.admin().host(), admin));
              return null;
            });
  }

  private AcceptPolicy tcpPolicy(TcpPort tcp, boolean noTls) {
    boolean behindProxies = tcp.proxyProtocol();
    return new AcceptPolicy(
        new Proxies(tcp.proxies()), behindProxies, false, watch(noTls || behindProxies));
  }

  /** A PROXY header comes before TLS, so such connections are not checked for TLS records. */
  private Consumer<Channel> watch(boolean noRecords) {
    return noRecords ? connection -> {} : connection -> TlsRecords.watch(connection, inbound);
  }

  /**
   * Deploys one instance first, because Vert.x logs the failures of all others that cannot bind the
   * port.
   */
  private <V extends VerticleBase> Future<V> deploy(
      String key, String host, int port, int count, Supplier<V> verticles) {
    V first = verticles.get();
    return vertx
        .deployVerticle(first)
        .recover(e -> Future.failedFuture(notListening(key, host, port, e)))
        .compose(
            id -> {
              deployments.add(id);
              List<Future<String>> others = new ArrayList<>();
              for (int i = 1; i < count; i++) {
                others.add(vertx.deployVerticle(verticles.get()));
              }
              return Future.all(others);
            })
        .map(
            all -> {
              deployments.addAll(all.list());
              return first;
            });
  }

  private static StartException notListening(String key, String host, int port, Throwable cause) {
    String where = key + " " + port + " on " + host;
    boolean taken = String.valueOf(cause.getMessage()).contains("in use");
    return new StartException(
        taken ? where + " is taken" : where + " cannot be listened on: " + Reason.of(cause), cause);
  }

  private void follow(@Nullable Tls tls, Function<ServerSSLOptions, Future<Boolean>> server) {
    if (tls != null) {
      tls.follow(server);
      certificates.add(tls);
    }
  }

  private static String url(String scheme, String host, int port) {
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /**
   * Will read the certificates again. If one cannot be read, it fails with the reason, and the old
   * one stays.
   */
  Future<Void> reloadCertificates() {
    return Future.join(certificates.stream().map(Tls::reload).toList()).mapEmpty();
  }

  /** Will close all sockets. */
  Future<Void> close() {
    certificates.forEach(Tls::close);
    return Future.join(deployments.stream().map(vertx::undeploy).toList())
        .otherwiseEmpty()
        .mapEmpty();
  }
}
