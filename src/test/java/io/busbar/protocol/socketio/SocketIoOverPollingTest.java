package io.busbar.protocol.socketio;

import io.busbar.TestGateway;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.ProtocolContract;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;

/** The shared suite for Socket.IO over polling. */
final class SocketIoOverPollingTest extends ProtocolContract {
  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new SocketIoContractClient(EnginePipe.polling(gateway.httpPort()));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
