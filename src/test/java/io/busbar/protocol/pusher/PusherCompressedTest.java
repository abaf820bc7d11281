package io.busbar.protocol.pusher;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ListenerContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import java.util.List;

/** Pusher over a compressed WebSocket. */
final class PusherCompressedTest extends ListenerContract {
  @Override
  protected List<String> settings() {
    return WebSocketPipe.COMPRESSION;
  }

  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new PusherContractClient(
        WebSocketPipe.compressed(gateway.httpPort(), "/app/demo-key?protocol=7"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
