package io.busbar.page;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;

/** A site with pages of another origin than the gateway's. */
final class OtherSite implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;

  OtherSite(Handler<HttpServerRequest> pages) {
    server = vertx.createHttpServer().requestHandler(pages).listen(0, "127.0.0.1").await();
  }

  int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
