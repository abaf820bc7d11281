package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import java.util.List;

/** STOMP over a compressed WebSocket: subscription ids are inserted into the compressed data. */
final class StompCompressedTest extends ProtocolContract {
  @Override
  protected List<String> settings() {
    return WebSocketPipe.COMPRESSION;
  }

  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new StompContractClient(
        WebSocketStompConnection.compressed(gateway.httpPort(), "/stomp", "v12.stomp"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
