package io.busbar.protocol.bridge;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;

/** The shared suite for the bridge over a raw WebSocket. */
final class BridgeOverWebSocketTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return connect(gateway);
  }
}
