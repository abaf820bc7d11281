package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tests common clients from npm in Node, with the gateway from the jar. */
final class ClientsIT {
  private static final String PUSHER =
      "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]";
  private static final String ALL_BUT_ONE =
      "permissions=[{address: secret, deny: [subscribe, publish, send]},"
          + " {address: '#', allow: [subscribe, publish, send]}]";

  @BeforeAll
  static void assumeNode() {
    NodeClients.assumeInstalled();
  }

  private static List<DynamicTest> checks(String script, String... settings) {
    try (Gateway gateway = new Gateway(settings)) {
      return new NodeScript(script).whenAsked("restart", gateway::restart).checks(gateway.url());
    }
  }

  @TestFactory
  List<DynamicTest> serviceEndpointsServePlainWebSockets() {
    return checks("services.mjs");
  }

  @TestFactory
  List<DynamicTest> sockJsClientWorksOverEachTransport() {
    return checks("sockjs-client.mjs", "sockjs.disconnect-delay=2s");
  }

  @TestFactory
  List<DynamicTest> engineIoClientsWorkOverEachTransport() {
    return checks("engineio.mjs", "services=[{path: /engine.io, address: echo, engineio: true}]");
  }

  @TestFactory
  List<DynamicTest> stockBridgeClientsWork() {
    return checks("bridge-clients.mjs");
  }

  @TestFactory
  List<DynamicTest> ownClientWorksAsDocumented() {
    return checks("busbar-js.mjs");
  }

  @TestFactory
  List<DynamicTest> examplesOfThePageWork() {
    return checks("page.mjs");
  }

  @TestFactory
  List<DynamicTest> bridgeRefusesWithEveryCodeOfTheStockBridge() {
    return checks("bridge-errors.mjs", "limits.subscriptions=3");
  }

  @TestFactory
  List<DynamicTest> stockClientsAreRefusedAsByTheStockBridge() {
    return checks(
        "bridge-permissions.mjs",
        "permissions=["
            + "{address: 'team.{user}', authenticated: true, allow: [subscribe, publish, send]},"
            + "{address: orders, role: trader, allow: [subscribe, publish, send]},"
            + "{address: public.secret, deny: [subscribe, publish, send]},"
            + "{address: public.*, allow: [subscribe, publish]},"
            + "{address: bids, allow: [subscribe]},"
            + "{address: bids, allow: [publish], match: {kind: bid}}]");
  }

  @TestFactory
  List<DynamicTest> messagesPerSecondAreLimited() {
    return checks("bridge-rate.mjs", "limits.messages-per-second=10");
  }

  @TestFactory
  List<DynamicTest> stockClientsOfSocketIoWork() {
    return checks("socketio-clients.mjs");
  }

  @TestFactory
  List<DynamicTest> socketIoClientsRecoverMissedMessages() {
    return checks(
        "socketio-recovery.mjs",
        "socketio.recovery=1m",
        "channels=[{address: public.short, history: {messages: 2}}, {address: public.s1, history: {}},"
            + " {address: public.s2, history: {}}]");
  }

  @TestFactory
  List<DynamicTest> pusherBackendLibraryWorks() {
    return checks(
        "pusher-api.mjs",
        "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]",
        "permissions=[{address: '*', allow: [subscribe]}]");
  }

  @TestFactory
  List<DynamicTest> stockClientsOfPusherWork() {
    return checks("pusher-clients.mjs", PUSHER, ALL_BUT_ONE);
  }

  @TestFactory
  List<DynamicTest> chatOfTheBookWorksOverPusher() {
    return checks("pusher-chat.mjs");
  }

  @TestFactory
  List<DynamicTest> ownPusherClientBehavesLikeTheStockClient() {
    return checks("pusher-own.mjs", PUSHER, ALL_BUT_ONE, "pusher.activity-timeout=1s");
  }

  @TestFactory
  List<DynamicTest> laravelEchoWorks() {
    return checks("laravel-echo.mjs", PUSHER, ALL_BUT_ONE);
  }

  @TestFactory
  List<DynamicTest> clownHubClientsWorkUnchanged() {
    return checks(
        "topics.mjs",
        "topics=[{path: /auth/clown-talk-server_nodes_bridge_0, prefix: topics.},"
            + " {path: /topics, prefix: topics., auth: false}]",
        "permissions=[{address: 'topics.mine.*', authenticated: true, allow: [publish]},"
            + " {address: 'topics.node.relay.*.set', allow: [publish]},"
            + " {address: 'topics.#', allow: [subscribe]}]");
  }

  @TestFactory
  List<DynamicTest> webSocketFollowsTheStandard() {
    return checks("websocket.mjs");
  }

  @TestFactory
  List<DynamicTest> webSocketMessagesCanBeCompressed() {
    return checks("compression.mjs", "http.websocket.compression=true");
  }

  @TestFactory
  List<DynamicTest> silentClientsAreDroppedAndLiveOnesKept() {
    return checks(
        "silence.mjs",
        "http.request-timeout=1s",
        "http.websocket.ping-interval=1s",
        "http.websocket.pong-timeout=1s",
        "bridge.ping-timeout=1s");
  }

  @TestFactory
  List<DynamicTest> everyClientGetsACloseOnShutdown() {
    try (Gateway gateway = new Gateway()) {
      return new NodeScript("shutdown.mjs")
          .whenAsked("terminate", gateway::terminate)
          .whenAsked("end", () -> assertThat(gateway.exitCode()).isZero())
          .checks(gateway.url());
    }
  }
}
