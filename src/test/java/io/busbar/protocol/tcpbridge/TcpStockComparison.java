package io.busbar.protocol.tcpbridge;

import io.busbar.TestGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A vertx-tcp-eventbus-bridge and a gateway, and a client of each. */
abstract class TcpStockComparison {
  private static final String RULES =
      "permissions=[{address: 'public.*', allow: [subscribe, publish, send]},"
          + " {address: echo, allow: [send]}]";

  static StockTcpBridge stockBridge;
  static TestGateway gateway;

  TcpBridgePeer stock;
  TcpBridgePeer ours;

  @BeforeAll
  static void start() {
    stockBridge = new StockTcpBridge("public\\..*|echo");
    gateway = TestGateway.start("tcp-bridge.enabled=true", RULES);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    stockBridge.close();
  }

  @BeforeEach
  void connect() {
    stock = TcpBridgePeer.connect(stockBridge.port());
    ours = TcpBridgePeer.connect(gateway.tcpBridgePort());
  }

  @AfterEach
  void leave() {
    stock.close();
    ours.close();
  }
}
