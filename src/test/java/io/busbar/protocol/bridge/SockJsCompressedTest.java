package io.busbar.protocol.bridge;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.SockJsWebSocketPipe;
import io.busbar.protocol.WebSocketPipe;
import java.util.List;

/** The bridge over a compressed WebSocket of SockJS. */
final class SockJsCompressedTest extends ProtocolContract {
  @Override
  protected List<String> settings() {
    return WebSocketPipe.COMPRESSION;
  }

  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new BridgeContractClient(SockJsWebSocketPipe.compressed(gateway.httpPort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
