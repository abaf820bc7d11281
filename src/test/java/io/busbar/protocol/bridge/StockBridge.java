package io.busbar.protocol.bridge;

import io.busbar.TestGateway;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;

/** The event-bus bridge of Vert.x at /eventbus, on an event bus of its own. */
final class StockBridge implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final SockJSBridgeOptions options;
  private int port;

  /**
   * @param permitted regular expression for the addresses that clients may use
   */
  StockBridge(String permitted, SockJSBridgeOptions options) {
    PermittedOptions addresses = new PermittedOptions().setAddressRegex(permitted);
    this.options = options.addInboundPermitted(addresses).addOutboundPermitted(addresses);
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    TestGateway.await(vertx.deployVerticle(new Port()));
  }

  /** The HTTP server, set up as in the documentation of Vert.x. */
  private final class Port extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      Router router = Router.router(vertx);
      router.route("/eventbus/*").subRouter(SockJSHandler.create(vertx).bridge(options));
      vertx
          .createHttpServer()
          .requestHandler(router)
          .listen(0, "127.0.0.1")
          .onSuccess(server -> port = server.actualPort())
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    TestGateway.await(vertx.close());
  }
}
