package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;

/** The shared suite for STOMP over SockJS. */
final class StompOverSockJsTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new StompContractClient(SockJsStompConnection.connect(gateway.httpPort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
