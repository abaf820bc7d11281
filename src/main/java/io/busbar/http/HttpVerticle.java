package io.busbar.http;

import io.busbar.config.Config;
import io.busbar.config.HttpConfig;
import io.busbar.config.Origins;
import io.busbar.hub.InboundBudget;
import io.busbar.net.Connections;
import io.busbar.net.Proxies;
import io.busbar.net.Tls;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.Logins;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.AllowForwardHeaders;
import io.vertx.ext.web.Router;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verticle of the HTTP port, deployed once per event loop. Each instance has its own router
 * with the same endpoints, and the connections are spread over them. Owned by its event loop.
 */
public final class HttpVerticle extends VerticleBase {
  private static final int BACKLOG = 4096;
  private static final String ORIGINS = "http.origins";

  private final HttpConfig config;
  private final EndpointPaths paths;
  private final LoginCheck logins;
  private final int port;
  private final int maxMessageSize;
  private final List<HttpEndpoint> endpoints;
  private final @Nullable Tls tls;
  private final Connections connections;
  private final InboundBudget inbound;
  private RequestHeads heads;
  private final Rejections rejections;
  private HttpServer server;
  private ConnectionGuard guard;

  /**
   * @param paths paths of the endpoints
   * @param port port to listen on; a negative one is any free port, the same for all instances
   * @param maxMessageSize maximum size of a WebSocket message for any endpoint, in bytes
   * @param tls null for plain HTTP
   * @param connections counts the clients behind proxies
   * @param inbound counts incomplete heads of requests
   * @param rejections counts the requests that reach no endpoint
   */
  public HttpVerticle(
      Config all,
      EndpointPaths paths,
      int port,
      int maxMessageSize,
      List<HttpEndpoint> endpoints,
      Logins logins,
      @Nullable Tls tls,
      Connections connections,
      InboundBudget inbound,
      Rejections rejections) {
    this.inbound = inbound;
    this.config = all.http();
    this.paths = paths;
    this.logins = new LoginCheck(all.auth(), logins, paths);
    this.port = port;
    this.maxMessageSize = maxMessageSize;
    this.endpoints = endpoints;
    this.tls = tls;
    this.connections = connections;
    this.rejections = rejections;
  }

  @Override
  public Future<?> start() {
    Proxies proxies = new Proxies(config.proxies());
    Origins origins = new Origins(config.origins());
    Forwarded forwarded = new Forwarded(proxies, config.basePath());
    Router router = Router.router(vertx).allowForward(AllowForwardHeaders.X_FORWARD);
    guard = new ConnectionGuard(vertx, config.requestTimeout().toMillis());
    router.route().handler(guard::requestBegins);
    router
        .route()
        .handler(new SecurityHeaders(hstsSeconds(), origins.sources(), paths::isOfProtocol));
    router.route().handler(new HostCheck(new Hosts(config), rejections));
    router.route().handler(BelowBasePath::addSlash);
    if (!proxies.isEmpty()) {
      router.route().handler(new ProxiedClients(proxies, connections));
    }
    router.route().handler(new OriginCheck(origins, ORIGINS, rejections));
    router.route().handler(logins);
    endpoints.forEach(endpoint -> endpoint.mount(router));
    new WebJars().mount(router);
    new Pages(config.webroot()).mount(router);
    HttpServerOptions options = options();
    heads = new RequestHeads(options, inbound);
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(this::connected)
            .requestHandler(
                new ReadableRequests(
                    request -> {
                      forwarded.clean(request);
                      router.handle(BelowBasePath.of(request));
                    },
                    "text/plain; charset=UTF-8",
                    "the request cannot be read\n"));
    return server.listen(port, config.host());
  }

  private void connected(HttpConnection connection) {
    guard.connected(connection);
    heads.count(connection);
  }

  /** Returns the port that the server listens on. */
  public int actualPort() {
    return server.actualPort();
  }

  /** Will use the options for new connections to the port, for all instances. */
  public Future<Boolean> update(ServerSSLOptions options) {
    return server.updateSSLOptions(options);
  }

  @Override
  public Future<?> stop() {
    guard.close();
    return server.close();
  }

  /** After this header, browsers cannot pass a certificate that they do not trust. */
  private long hstsSeconds() {
    return tls == null || config.tls().selfSigned() ? 0 : config.hsts().toSeconds();
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setAcceptBacklog(BACKLOG)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setHttp2ClearTextEnabled(false)
            .setMaxHeaderSize(config.maxHeaderSize().asInt())
            .setMaxInitialLineLength(config.maxRequestLine().asInt())
            .setMaxWebSocketFrameSize(maxMessageSize)
            .setMaxWebSocketMessageSize(maxMessageSize)
            .setWebSocketSubProtocols(subProtocols())
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setUseProxyProtocol(config.proxyProtocol());
    if (tls != null) {
      tls.configure(options);
      // WebSocket and SockJS need HTTP/1.1 here, and browsers choose HTTP/2 where it is offered.
      options.setUseAlpn(true).setAlpnVersions(List.of(HttpVersion.HTTP_1_1));
    }
    return options;
  }

  private List<String> subProtocols() {
    return endpoints.stream()
        .flatMap(endpoint -> endpoint.subProtocols().stream())
        .distinct()
        .toList();
  }
}
