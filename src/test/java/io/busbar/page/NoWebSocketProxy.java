package io.busbar.page;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** A proxy as in some networks. It forwards HTTP but answers each WebSocket handshake with 403. */
final class NoWebSocketProxy implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final HttpServer server;

  /** Starts the proxy in front of that port of this machine. */
  NoWebSocketProxy(int target) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(target),
            new PoolOptions().setHttp1MaxSize(100));
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(this::handOn);
    server.listen().await();
  }

  int port() {
    return server.actualPort();
  }

  private void handOn(HttpServerRequest request) {
    HttpServerResponse answer = request.response();
    if (request.headers().contains(HttpHeaders.UPGRADE)) {
      answer.setStatusCode(403).end();
      return;
    }
    request.pause();
    client
        .request(new RequestOptions().setMethod(request.method()).setURI(request.uri()))
        .compose(
            forwarding -> {
              forwarding.headers().setAll(request.headers());
              answer.closeHandler(gone -> forwarding.reset());
              return forwarding.send(request);
            })
        .compose(response -> handBack(response, answer))
        .onFailure(failure -> request.connection().close());
  }

  private static Future<Void> handBack(HttpClientResponse response, HttpServerResponse answer) {
    answer.setStatusCode(response.statusCode());
    answer.headers().setAll(response.headers());
    return response.pipeTo(answer);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
