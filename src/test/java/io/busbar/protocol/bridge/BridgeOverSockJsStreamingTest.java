package io.busbar.protocol.bridge;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.SockJsHttpPipe;
import io.busbar.protocol.WebSocketPipe;

/** The shared suite for the bridge over SockJS with streaming. */
final class BridgeOverSockJsStreamingTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new BridgeContractClient(SockJsHttpPipe.connect(gateway.httpPort(), "xhr_streaming"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
