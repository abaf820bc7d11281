package io.busbar.client;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tests busbar.js as people use it from npm: installed, compiled, and in Node. */
final class PackageIT {
  @BeforeAll
  static void assumeNode() {
    NodeClients.assumeInstalled();
  }

  private static List<DynamicTest> checks(String script, URI server) {
    return new TapScript(script, ClientPackage.install(), List.of("node", script)).checks(server);
  }

  @TestFactory
  List<DynamicTest> packageMatchesItsPage() {
    return checks("package.mjs", URI.create("http://127.0.0.1/"));
  }

  @TestFactory
  List<DynamicTest> nodeClientWorksWithTheGateway() {
    try (Gateway gateway = new Gateway()) {
      return checks("node.mjs", gateway.url());
    }
  }

  /** The plain WebSocket of the standard bridge sends text as bytes. */
  @TestFactory
  List<DynamicTest> nodeClientWorksWithTheStockBridge() {
    Vertx vertx = Vertx.vertx();
    try {
      vertx.eventBus().consumer("echo", question -> question.reply(question.body()));
      PermittedOptions all = new PermittedOptions().setAddressRegex(".*");
      Router router = Router.router(vertx);
      router
          .route("/eventbus*")
          .subRouter(
              SockJSHandler.create(vertx)
                  .bridge(
                      new SockJSBridgeOptions()
                          .addInboundPermitted(all)
                          .addOutboundPermitted(all)));
      HttpServer server =
          vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
      return checks("node.mjs", URI.create("http://127.0.0.1:" + server.actualPort()));
    } finally {
      vertx.close().await();
    }
  }
}
