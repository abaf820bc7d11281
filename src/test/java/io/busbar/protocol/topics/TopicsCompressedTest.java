package io.busbar.protocol.topics;

import io.busbar.TestGateway;
import io.busbar.protocol.ConnectionContract;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import java.util.List;
import java.util.stream.Stream;

/** The topic bus over a compressed WebSocket. */
final class TopicsCompressedTest extends ConnectionContract {
  @Override
  protected List<String> settings() {
    return Stream.concat(
            WebSocketPipe.COMPRESSION.stream(),
            Stream.of("topics=[{path: /hub, auth: false, subscribe: ['public.#']}]"))
        .toList();
  }

  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new TopicsClient(WebSocketPipe.compressed(gateway.httpPort(), "/hub"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
