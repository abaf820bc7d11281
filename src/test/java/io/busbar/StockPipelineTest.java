package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.config.ConfigLoader;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests prices from the daemon to clients of whole nodes, over the bus. */
final class StockPipelineTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String STOCKS =
      "{verticle: io.busbar.feature.StockVerticle, config: {interval: 50}}";
  private static final String QUOTES = "{verticle: io.busbar.feature.QuoteVerticle}";

  /** A WebSocket to any endpoint, and the texts that it received. */
  private static final class Client implements AutoCloseable {
    private final WebSocketClient client;
    private final WebSocket socket;
    private final Queue<String> received = new ConcurrentLinkedQueue<>();

    Client(TestGateway gateway, String path, String... said) {
      client = gateway.vertx().createWebSocketClient();
      socket = TestGateway.await(client.connect(gateway.httpPort(), "127.0.0.1", path));
      socket.textMessageHandler(text -> received.add(text));
      for (String text : said) {
        socket.writeTextMessage(text);
      }
    }

    static Client ofBridge(TestGateway gateway, String... symbols) {
      return new Client(
          gateway,
          "/eventbus/websocket",
          List.of(symbols).stream()
              .map(symbol -> "{\"type\":\"register\",\"address\":\"stocks." + symbol + "\"}")
              .toArray(String[]::new));
    }

    static Client ofStomp(TestGateway gateway, String... destinations) {
      Client client = new Client(gateway, "/stomp", "CONNECT\naccept-version:1.2\nhost:h\n\n\0");
      for (String destination : destinations) {
        client.subscribe(destination);
      }
      return client;
    }

    void subscribe(String destination) {
      String headers = "id:" + destination + "\ndestination:" + destination;
      receipted("SUBSCRIBE", headers, destination);
    }

    void receipted(String command, String headers, String receipt) {
      socket.writeTextMessage(command + "\n" + headers + "\nreceipt:" + receipt + "\n\n\0");
      StockPipelineTest.received(this, "receipt-id:" + receipt);
    }

    boolean received(String text) {
      return received.stream().anyMatch(message -> message.contains(text));
    }

    @Override
    public void close() {
      TestGateway.await(socket.close());
    }
  }

  /** The requests on the bus of a node since the last look. */
  private static final class Work {
    private final Queue<String> symbols = new ConcurrentLinkedQueue<>();

    Work(TestGateway gateway) {
      gateway
          .bus()
          .<Object>addOutboundInterceptor(
              delivery -> {
                if (delivery.message().address().equals("stocks.work")) {
                  ((JsonObject) delivery.body())
                      .getJsonArray("stocks")
                      .forEach(symbol -> symbols.add((String) symbol));
                }
                delivery.next();
              });
    }

    /** Waits until the last requests are exactly these. */
    void awaitOnly(String... expected) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                Set<String> asked = new TreeSet<>(symbols);
                symbols.clear();
                return asked.equals(Set.of(expected));
              });
    }
  }

  private static void received(Client client, String text) {
    await().atMost(PATIENCE).until(() -> client.received(text));
  }

  @Test
  void onlySubscribedStocksAreRequestedInAllProtocols() {
    try (TestGateway gateway = TestGateway.start("features=[" + QUOTES + ", " + STOCKS + "]")) {
      Work work = new Work(gateway);
      try (Client bridge = Client.ofBridge(gateway, "AAPL");
          Client plain = new Client(gateway, "/stocks", "{\"stocks\":[\"MSFT\"]}");
          Client stomp = Client.ofStomp(gateway, "/queue/stocks.GOOG")) {
        received(bridge, "\"symbol\":\"AAPL\",\"price\":");
        received(plain, "{\"MSFT\":");
        received(stomp, "\"symbol\":\"GOOG\",\"price\":");
        work.awaitOnly("AAPL", "MSFT", "GOOG");
      }
      try (Client stomp = Client.ofStomp(gateway, "/topic/stocks.*")) {
        work.awaitOnly("AAPL", "MSFT", "AMZN", "GOOG", "YHOO");
        received(stomp, "destination:/topic/stocks.YHOO");
        assertThat(stomp.received("stocks.result") || stomp.received("stocks.work")).isFalse();
      }
      try (Client bridge = Client.ofBridge(gateway, "YHOO")) {
        received(bridge, "YHOO");
        work.awaitOnly("YHOO");
      }
    }
  }

  @Test
  void eachNewSubscriberLearnsThatAStockIsUnknown() {
    try (TestGateway gateway = TestGateway.start("features=[" + QUOTES + ", " + STOCKS + "]");
        Client first = Client.ofBridge(gateway, "FOO")) {
      received(first, "\"symbol\":\"FOO\",\"error\":\"unknown symbol\"");
      try (Client second = Client.ofBridge(gateway, "FOO")) {
        received(second, "\"symbol\":\"FOO\",\"error\":\"unknown symbol\"");
      }
    }
  }

  @Test
  void clientCannotSubscribeToTheWorkOfDaemons() {
    try (TestGateway gateway = TestGateway.start("features=[]");
        Client thief = Client.ofBridge(gateway, "work", "result")) {
      await().atMost(PATIENCE).until(() -> thief.received.size() == 2);
      assertThat(thief.received).allMatch(answer -> answer.contains("rejected"));
    }
  }

  @Test
  void gatewayReportsTheSubscribedChannels() {
    try (TestGateway gateway =
            TestGateway.start("features=[]", "permissions=[{address: '#', allow: [subscribe]}]");
        Client stomp =
            Client.ofStomp(
                gateway, "/topic/a.one", "/topic/b.one", "/topic/a.t*", "/topic/*.two")) {

      assertThat(channels(gateway, "{\"prefix\":\"a.\",\"of\":[\"a.two\",\"a.three\"]}"))
          .containsExactlyInAnyOrder("a.one", "a.t*", "a.two");
      assertThat(channels(gateway, "{\"prefix\":\"b\"}")).containsExactly("b.one");

      stomp.receipted("UNSUBSCRIBE", "id:/topic/b.one", "gone");
      await().atMost(PATIENCE).until(() -> channels(gateway, "{\"prefix\":\"b\"}").isEmpty());
    }
  }

  private static Collection<Object> channels(TestGateway gateway, String question) {
    DeliveryOptions here = new DeliveryOptions().setLocalOnly(true);
    return TestGateway.await(
            gateway.bus().<JsonArray>request("busbar.channels", new JsonObject(question), here))
        .body()
        .getList();
  }

  @Test
  void daemonRunsAloneWithItsConfiguration() {
    String quotes = "{verticle: io.busbar.feature.QuoteVerticle, config: {prices: {ACME: 12.5}}}";
    List<String> settings = List.of("features=[" + STOCKS + ", " + quotes + "]");
    Node node = TestGateway.await(Node.quotes(ConfigLoader.load(null, Map.of(), settings)));
    try {
      assertThat(node.urls()).isEqualTo("quotes for stocks.work");
      assertThat(
              TestGateway.await(
                      node.vertx().eventBus().request("stocks.work", "{\"stocks\":[\"ACME\"]}"))
                  .body())
          .hasToString("[{\"symbol\":\"ACME\",\"price\":12.5}]");
    } finally {
      TestGateway.await(node.close(Duration.ZERO));
    }
  }

  @Test
  void nodesShareDaemonsAndDeliverEachPriceOnce(@TempDir Path folder) throws Exception {
    String cluster = "cluster.file=" + clusterOfItsOwn(folder);
    try (TestGateway here =
            TestGateway.start("cluster.enabled=true", cluster, "features=[" + STOCKS + "]");
        TestGateway there =
            TestGateway.start(
                "cluster.enabled=true", cluster, "features=[" + QUOTES + ", " + STOCKS + "]");
        Client onHere = Client.ofBridge(here, "AAPL", "MSFT");
        Client onThere = Client.ofBridge(there, "AAPL")) {
      received(onHere, "\"symbol\":\"AAPL\",\"price\":");
      received(onThere, "\"symbol\":\"AAPL\",\"price\":");
      received(onHere, "\"symbol\":\"MSFT\",\"price\":");

      there.bus().publish("stocks.result", new JsonArray("[{\"symbol\":\"AAPL\",\"price\":7.25}]"));

      received(onHere, "7.25");
      received(onThere, "7.25");
      assertThat(onThere.received("MSFT")).isFalse();
      assertThat(onHere.received.stream().filter(message -> message.contains("7.25"))).hasSize(1);
    }
  }

  /** Other tests on the machine may run daemons, too. */
  private static Path clusterOfItsOwn(Path folder) throws IOException {
    String name = "<cluster-name>" + UUID.randomUUID() + "</cluster-name>";
    String xml = Files.readString(Path.of("cluster.xml"));
    assertThat(xml).contains("<cluster-name>busbar</cluster-name>");
    return Files.writeString(
        folder.resolve("cluster.xml"), xml.replace("<cluster-name>busbar</cluster-name>", name));
  }
}
