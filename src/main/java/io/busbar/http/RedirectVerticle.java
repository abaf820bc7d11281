package io.busbar.http;

import io.busbar.config.HttpConfig;
import io.busbar.hub.InboundBudget;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The verticle of a plain port that redirects every request to TLS. Owned by its event loop. */
public final class RedirectVerticle extends VerticleBase {
  private static final int HTTPS = 443;
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

  private final HttpConfig config;
  private final int tlsPort;
  private final InboundBudget inbound;
  private HttpServer server;
  private ConnectionGuard guard;

  /**
   * @param tlsPort port of the HTTPS server
   * @param inbound counts incomplete heads of requests
   */
  public RedirectVerticle(HttpConfig config, int tlsPort, InboundBudget inbound) {
    this.inbound = inbound;
    this.config = config;
    this.tlsPort = tlsPort;
  }

  @Override
  public Future<?> start() {
    guard = new ConnectionGuard(vertx, config.requestTimeout().toMillis());
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setMaxHeaderSize(config.maxHeaderSize().asInt())
            .setMaxInitialLineLength(config.maxRequestLine().asInt());
    RequestHeads heads = new RequestHeads(options, inbound);
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(
                connection -> {
                  guard.connected(connection);
                  heads.count(connection);
                })
            .requestHandler(this::redirect);
    return server.listen(config.redirect().port(), config.host());
  }

  /**
   * Answers 308, so that a POST stays one. A connection gets one answer, because no client needs
   * two.
   */
  private void redirect(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    Matcher host = HOST.matcher(String.valueOf(request.getHeader(HttpHeaders.HOST)));
    if (host.matches() && request.uri().startsWith("/")) {
      String port = tlsPort == HTTPS ? "" : ":" + tlsPort;
      String target = "https://" + host.group(1) + port + request.uri();
      response.setStatusCode(308).putHeader(HttpHeaders.LOCATION, target);
    } else {
      response.setStatusCode(400);
    }
    response.end().onComplete(said -> request.connection().close());
  }

  /** Returns the port that the server listens on. */
  public int actualPort() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    guard.close();
    return server.close();
  }
}
