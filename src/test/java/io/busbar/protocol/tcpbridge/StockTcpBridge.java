package io.busbar.protocol.tcpbridge;

import io.busbar.FreePort;
import io.busbar.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;

/** The vertx-tcp-eventbus-bridge on an event bus of its own. */
final class StockTcpBridge implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final int port;

  /**
   * @param permitted regular expression for the addresses that clients may use
   */
  StockTcpBridge(String permitted) {
    PermittedOptions addresses = new PermittedOptions().setAddressRegex(permitted);
    BridgeOptions options =
        new BridgeOptions().addInboundPermitted(addresses).addOutboundPermitted(addresses);
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    port = FreePort.find();
    TestGateway.await(
        TcpEventBusBridge.create(vertx, options, new NetServerOptions(), null)
            .listen(SocketAddress.inetSocketAddress(port, "127.0.0.1")));
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
