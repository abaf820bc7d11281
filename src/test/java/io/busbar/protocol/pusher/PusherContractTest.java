package io.busbar.protocol.pusher;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ListenerContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;

/** The shared suite for the Pusher protocol. */
final class PusherContractTest extends ListenerContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new PusherContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/app/demo-key?protocol=7"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
