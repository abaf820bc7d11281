package io.busbar.protocol.sse;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;

/** The shared suite for server-sent events. */
final class SseContractTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new SseContractClient(gateway.httpPort());
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }

  @Override
  protected boolean unsubscribingEndsSession() {
    return true;
  }
}
