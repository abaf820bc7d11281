package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;

/** The shared suite for STOMP over TCP. */
final class StompOverTcpTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new StompContractClient(TcpStompConnection.connect(gateway.stompPort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
