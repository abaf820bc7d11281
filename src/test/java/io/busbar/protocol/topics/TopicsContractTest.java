package io.busbar.protocol.topics;

import io.busbar.TestGateway;
import io.busbar.protocol.ConnectionContract;
import io.busbar.protocol.ContractClient;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import java.util.List;

/**
 * The part of the contract that fits clients of topics, which cannot choose their subscriptions.
 */
final class TopicsContractTest extends ConnectionContract {
  @Override
  protected List<String> settings() {
    return List.of("topics=[{path: /hub, auth: false, subscribe: ['public.#']}]");
  }

  @Override
  protected ContractClient connect(TestGateway gateway) {
    return new TopicsClient(WebSocketPipe.connect(gateway.httpPort(), "/hub"));
  }

  @Override
  protected ContractClient other(TestGateway gateway) {
    return new BridgeContractClient(
        WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
  }
}
