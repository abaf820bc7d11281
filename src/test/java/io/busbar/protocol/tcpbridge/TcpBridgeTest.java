package io.busbar.protocol.tcpbridge;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;

/** The shared suite for the TCP event-bus bridge. */
final class TcpBridgeTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new BridgeContractClient(TcpBridgePipe.connect(gateway.tcpBridgePort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
