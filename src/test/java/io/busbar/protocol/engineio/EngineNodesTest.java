package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.cluster.TestCluster;
import io.busbar.config.ClusterConfig;
import io.busbar.config.ConfigLoader;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three nodes, of which any may get a client's request. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineNodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String UNKNOWN = "{\"code\":1,\"message\":\"Session ID unknown\"}";

  private static List<EngineServer> nodes;

  @BeforeAll
  static void begin() {
    ClusterConfig membership =
        ConfigLoader.load(null, Map.of(), new TestCluster().settings()).cluster();
    nodes = IntStream.range(0, 3).mapToObj(i -> new EngineServer(membership)).toList();
    nodes.forEach(node -> node.beforeAll(null));
  }

  @AfterAll
  static void end() {
    nodes.get(0).end();
    nodes.get(2).end();
  }

  private static EngineServer node(int number) {
    return nodes.get(number % nodes.size());
  }

  @Test
  @Order(1)
  void sessionIsReachableThroughEveryNode() throws IOException {
    EngineClient client = EngineClient.four(node(0));
    assertThat(client.sid()).hasSize(44);
    for (int i = 0; i < 3; i++) {
      assertThat(client.at(node(i)).post("4x" + i + "\u001ebAQID").body()).isEqualTo("ok");
      String got = client.at(node(i + 1)).poll().body();
      assertThat(got.contains("b") ? got : got + "\u001e" + client.at(node(i + 2)).poll().body())
          .isEqualTo("4x" + i + "\u001ebAQID");
    }
    client.at(node(1)).close();
    assertThat(client.at(node(2)).poll().body()).isEqualTo(UNKNOWN);
    assertThat(client.at(node(2)).post("4x").body()).isEqualTo(UNKNOWN);
  }

  @Test
  @Order(1)
  void waitingPollOnAnotherNodeIsAnswered() throws IOException {
    EngineClient client = EngineClient.four(node(0));
    try (RawHttp poll = node(1).connect()) {
      poll.send("GET", client.url(), null);
      assertThat(client.at(node(2)).post("4x").body()).isEqualTo("ok");
      assertThat(poll.answer().body()).isEqualTo("4x");
    }
    client.close();
  }

  @Test
  @Order(1)
  void twoPollsOnTwoNodesEndTheSession() throws IOException {
    EngineClient client = EngineClient.four(node(0));
    try (RawHttp one = node(1).connect();
        RawHttp other = node(2).connect()) {
      one.send("GET", client.url(), null);
      other.send("GET", client.url(), null);
      List<Integer> statuses = List.of(one.answer().status(), other.answer().status());
      assertThat(statuses).containsExactlyInAnyOrder(200, 400);
    }
    assertThat(client.at(node(1)).poll().body()).isEqualTo(UNKNOWN);
  }

  @Test
  @Order(1)
  void upgradeMayUseAnotherNode() throws Exception {
    EngineClient client = EngineClient.four(node(0));
    try (RawHttp poll = node(2).connect()) {
      poll.send("GET", client.url(), null);
      EngineSocket socket = EngineSocket.connect(node(1), client.webSocketUrl());
      assertThat(socket.send("2probe").next()).isEqualTo("3probe");
      assertThat(poll.answer().body()).isEqualTo("6");
      socket.send("5");
      for (int i = 0; i < 100; i++) {
        socket.send("4number " + i);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(socket.next()).isEqualTo("4number " + i);
      }
      Buffer bytes = Buffer.buffer(new byte[] {1, 2, 3});
      assertThat(socket.send(bytes).next()).isEqualTo(bytes);
      assertThat(client.at(node(2)).poll().json().getInteger("code")).isEqualTo(3);
      EngineSocket second = EngineSocket.connect(node(2), client.webSocketUrl());
      second.send("2probe").awaitEnd();
      assertThat(socket.send("4here").next()).isEqualTo("4here");
      socket.close();
    }
    await().atMost(PATIENCE).until(() -> node(0).sessionCount() == 0);
  }

  @Test
  @Order(1)
  void webSocketForAnEndedSessionIsClosed() throws Exception {
    EngineClient client = EngineClient.four(node(0));
    client.close();
    EngineSocket.connect(node(1), client.webSocketUrl()).send("2probe").awaitEnd();
  }

  static IntStream seeds() {
    return IntStream.rangeClosed(1, 3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Order(1)
  void noMessageIsLostAcrossNodesAndTransports(int seed) throws Exception {
    Random where = new Random(seed);
    new RoamingEngineClient(node(0), () -> node(where.nextInt(3)), new Random(seed))
        .run(seed * 250);
  }

  @Test
  @Order(2)
  void pollOnALeavingNodeContinuesOnAnotherNode() throws IOException {
    EngineClient client = EngineClient.four(node(0));
    try (RawHttp poll = node(1).connect()) {
      poll.send("GET", client.url(), null);
      client.at(node(1)).post("4x");
      assertThat(poll.answer().body()).isEqualTo("4x");
      poll.send("GET", client.url(), null);
      node(1).notifyClose();
      assertThat(poll.answer().body()).isEqualTo("6");
    }
    client.post("4y");
    assertThat(client.at(node(2)).poll().body()).isEqualTo("4y");
    client.close();
  }

  @Test
  @Order(3)
  void sessionOfAStoppedNodeIsUnknown() throws IOException {
    EngineClient client = EngineClient.four(node(1));
    EngineClient waiting = EngineClient.four(node(1));
    try (RawHttp poll = node(0).connect()) {
      poll.send("GET", waiting.url(), null);
      node(1).end();
      assertThat(poll.answer().body()).isEqualTo(UNKNOWN);
    }
    assertThat(client.at(node(0)).poll().body()).isEqualTo(UNKNOWN);
    assertThat(client.at(node(2)).post("4x").body()).isEqualTo(UNKNOWN);
  }
}
