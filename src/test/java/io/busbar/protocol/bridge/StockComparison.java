package io.busbar.protocol.bridge;

import io.busbar.TestGateway;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A gateway and a stock Vert.x bridge with the same permissions, and a client of each. */
abstract class StockComparison {
  static final String RULES =
      "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
          + " {address: '7', allow: [subscribe, publish, send]},"
          + " {address: 'true', allow: [subscribe, publish, send]},"
          + " {address: echo, allow: [send]}]";
  static final String PERMITTED = "public\\..*|7|true|echo";

  static StockBridge stockBridge;
  static TestGateway gateway;

  BridgePeer stock;
  BridgePeer ours;

  @BeforeAll
  static void start() {
    stockBridge = new StockBridge(PERMITTED, new SockJSBridgeOptions());
    gateway = TestGateway.start(RULES);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    stockBridge.close();
  }

  @BeforeEach
  void connect() {
    stock = new BridgePeer(stockBridge.vertx(), stockBridge.port());
    ours = new BridgePeer(gateway.vertx(), gateway.httpPort());
  }

  @AfterEach
  void leave() {
    stock.close();
    ours.close();
  }
}
