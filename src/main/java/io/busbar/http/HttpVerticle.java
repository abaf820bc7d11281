package io.busbar.http;

import io.busbar.config.Config;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.WebSocketCompression;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.List;

/**
 * The HTTP port. Deployed once per event loop; each instance has a router of its own with the same
 * endpoints, and the sockets are spread over them.
 */
public final class HttpVerticle extends VerticleBase {
  private static final int BACKLOG = 4096;

  private final Config.Http config;
  private final int port;
  private final int maxMessageSize;
  private final List<HttpEndpoint> endpoints;
  private HttpServer server;
  private ConnectionGuard guard;

  /**
   * @param port what to listen on; a negative one is any free port, the same for all instances
   * @param maxMessageSize bytes of the largest WebSocket message that an endpoint takes
   */
  public HttpVerticle(
      Config.Http config, int port, int maxMessageSize, List<HttpEndpoint> endpoints) {
    this.config = config;
    this.port = port;
    this.maxMessageSize = maxMessageSize;
    this.endpoints = endpoints;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    guard = new ConnectionGuard(vertx, config.requestTimeout().toMillis());
    router.route().handler(guard::requestBegins);
    router.route().handler(new OriginCheck(config.origins()));
    router.route().handler(new SecurityHeaders());
    endpoints.forEach(endpoint -> endpoint.mount(router));
    new WebJars().mount(router);
    new Pages(config.webroot()).mount(router);
    server =
        vertx.createHttpServer(options()).connectionHandler(this::connected).requestHandler(router);
    return server.listen(port, config.host());
  }

  private void connected(HttpConnection connection) {
    guard.connected(connection);
    if (config.websocket().compression()) {
      WebSocketCompression.offer(connection, maxMessageSize);
    }
  }

  /** The port that the server listens on. */
  public int actualPort() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    guard.close();
    return server.close();
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setAcceptBacklog(BACKLOG)
        .setTcpNoDelay(true)
        .setHttp2ClearTextEnabled(false)
        .setMaxHeaderSize(config.maxHeaderSize().asInt())
        .setMaxInitialLineLength(config.maxRequestLine().asInt())
        .setMaxWebSocketFrameSize(maxMessageSize)
        .setMaxWebSocketMessageSize(maxMessageSize)
        .setWebSocketSubProtocols(subProtocols())
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  private List<String> subProtocols() {
    return endpoints.stream()
        .flatMap(endpoint -> endpoint.subProtocols().stream())
        .distinct()
        .toList();
  }
}
