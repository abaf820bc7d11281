package io.busbar.protocol.socketio;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import java.util.List;

/** Socket.IO over a compressed WebSocket. */
final class SocketIoCompressedTest extends ProtocolContract {
  @Override
  protected List<String> settings() {
    return WebSocketPipe.COMPRESSION;
  }

  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new SocketIoContractClient(EnginePipe.compressed(gateway.httpPort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
