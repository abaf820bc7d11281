package io.busbar.protocol.bridge;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.SockJsWebSocketPipe;
import io.busbar.protocol.WebSocketPipe;

/** The shared suite for the bridge over SockJS with a WebSocket. */
final class BridgeOverSockJsWebSocketTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new BridgeContractClient(SockJsWebSocketPipe.connect(gateway.httpPort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
