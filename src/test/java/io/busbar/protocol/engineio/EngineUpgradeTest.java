package io.busbar.protocol.engineio;

import static io.busbar.protocol.engineio.EngineClient.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.hub.Transport;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions on a WebSocket, from the start or after polling. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineUpgradeTest {
  @RegisterExtension static final EngineServer SERVER = new EngineServer();

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SOCKET = "/engine.io/?EIO=4&transport=websocket";

  private static EngineSocket upgraded(EngineClient client) throws Exception {
    EngineSocket socket = EngineSocket.connect(SERVER, client.webSocketUrl());
    assertThat(socket.send("2probe").next()).isEqualTo("3probe");
    return socket.send("5");
  }

  @Test
  void sessionMayStartOnAWebSocket() throws Exception {
    EngineSocket socket = EngineSocket.connect(SERVER, SOCKET);
    String open = (String) socket.next();
    assertThat(open).startsWith("0");
    JsonObject json = new JsonObject(open.substring(1));
    assertThat(json.getJsonArray("upgrades")).isEmpty();
    assertThat(socket.send("4text").next()).isEqualTo("4text");
    Buffer bytes = Buffer.buffer(new byte[] {1, 2, 3});
    assertThat(socket.send(bytes).next()).isEqualTo(bytes);
    socket.send("1");
    socket.awaitEnd();
  }

  @Test
  void revisionThreeWorksOverAWebSocket() throws Exception {
    EngineSocket socket = EngineSocket.connect(SERVER, SOCKET.replace("EIO=4", "EIO=3"));
    assertThat((String) socket.next()).startsWith("0");
    Buffer bytes = Buffer.buffer(new byte[] {4, 1, 2, 3});
    assertThat(socket.send(bytes).next()).isEqualTo(bytes);
    assertThat(socket.send("2abc").next()).isEqualTo("3abc");
    socket.close();
  }

  @Test
  void webSocketThatDoesNotAnswerPingsIsClosed() throws Exception {
    EngineSocket socket = EngineSocket.connect(SERVER, SOCKET.replace("/engine.io", "/quick"));
    socket.next();
    for (int i = 0; i < 3; i++) {
      assertThat(socket.next()).isEqualTo("2");
      socket.send("3");
    }
    assertThat(socket.next()).isEqualTo("2");
    socket.awaitEnd();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "2", "9"})
  void invalidPacketEndsTheWebSocket(String frame) throws Exception {
    EngineSocket socket = EngineSocket.connect(SERVER, SOCKET);
    socket.next();
    socket.send(frame).awaitEnd();
  }

  @RepeatedTest(4)
  void pollingSessionUpgradesToAWebSocket() throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    try (RawHttp poll = SERVER.connect()) {
      poll.send("GET", client.url(), null);
      EngineSocket socket = EngineSocket.connect(SERVER, client.webSocketUrl());
      assertThat(socket.send("2probe").next()).isEqualTo("3probe");
      assertThat(poll.answer().body()).isEqualTo("6");
      assertThat(client.poll().body()).as("no poll waits").isEqualTo("6");
      socket.send("5").send("4one").send("4two");
      assertThat(socket.next()).isEqualTo("4one");
      assertThat(socket.next()).isEqualTo("4two");
      EngineClient.Reply late = client.poll();
      assertThat(late.status()).isEqualTo(400);
      assertThat(late.json().getInteger("code")).isEqualTo(3);
      Buffer bytes = Buffer.buffer(new byte[] {0, 30, 4});
      assertThat(socket.send(bytes).next()).isEqualTo(bytes);
      socket.close();
    }
    await().atMost(PATIENCE).until(() -> SERVER.sessionCount() == 0);
  }

  @Test
  void packetsNotYetPolledArriveInOrderAfterTheUpgrade() throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    client.post("4one");
    EngineSocket socket = EngineSocket.connect(SERVER, client.webSocketUrl());
    assertThat(socket.send("2probe").next()).isEqualTo("3probe");
    client.post("4two");
    socket.send("5").send("4three");
    assertThat(socket.next()).isEqualTo("4one");
    assertThat(socket.next()).isEqualTo("4two");
    assertThat(socket.next()).isEqualTo("4three");
    socket.close();
  }

  /** The client does not poll before it has the answer, and the protocol waits for a poll. */
  @Test
  void waitingPostIsAnsweredDuringAnUpgrade() throws Exception {
    EngineClient client = EngineClient.four(SERVER, "X-Test: full");
    SERVER.withTransportOf("full", Transport::pause);
    try (RawHttp post = SERVER.connect()) {
      post.send("POST", client.url(), "4one");
      EngineSocket socket = EngineSocket.connect(SERVER, client.webSocketUrl());
      assertThat(socket.send("2probe").next()).isEqualTo("3probe");
      assertThat(post.answer().body()).isEqualTo("ok");
      assertThat(client.post("4two").body()).as("one that was under way").isEqualTo("ok");
      socket.send("5").send("4three");
      SERVER.withTransportOf("full", Transport::resume);
      assertThat(socket.next()).isEqualTo("4one");
      assertThat(socket.next()).isEqualTo("4two");
      assertThat(socket.next()).isEqualTo("4three");
      socket.close();
    }
  }

  /** The test suites of the protocol do this. */
  @RepeatedTest(8)
  void upgradeWithoutWaitingForTheProbeResponseWorks() throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    EngineSocket socket = EngineSocket.connect(SERVER, client.webSocketUrl());
    socket.send("2probe").send("5").send("4one").send("4two");
    assertThat(socket.next()).isEqualTo("3probe");
    assertThat(socket.next()).isEqualTo("4one");
    assertThat(socket.next()).isEqualTo("4two");
    assertThat(client.poll().status()).isEqualTo(400);
    socket.close();
  }

  @Test
  void secondWebSocketIsClosedAndTheSessionStaysOpen() throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    EngineSocket socket = upgraded(client);
    EngineSocket second = EngineSocket.connect(SERVER, client.webSocketUrl());
    assertThat(second.closeReason())
        .as("it has not said a word")
        .isEqualTo("the session has no need of this WebSocket");
    assertThat(socket.send("4here").next()).isEqualTo("4here");
    socket.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4x", "5", "2", "2other", "abc"})
  void invalidProbeEndsTheWebSocketOnly(String frame) throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    EngineSocket.connect(SERVER, client.webSocketUrl()).send(frame).awaitEnd();
    client.post("4x");
    assertThat(client.poll().body()).isEqualTo("4x");
    client.close();
  }

  @Test
  void unfinishedUpgradeIsAbandoned() throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    EngineSocket socket = EngineSocket.connect(SERVER, client.webSocketUrl());
    assertThat(socket.send("2probe").next()).isEqualTo("3probe");
    assertThat(client.poll().body()).isEqualTo("6");
    socket.awaitEnd();
    try (RawHttp poll = SERVER.connect()) {
      poll.send("GET", client.url(), null);
      client.post("4x");
      String body = poll.answer().body();
      // The socket ends before its session knows.
      assertThat(body.equals("6") ? client.poll().body() : body).isEqualTo("4x");
    }
    EngineSocket again = upgraded(client);
    assertThat(again.send("4y").next()).isEqualTo("4y");
    again.close();
  }

  @Test
  void webSocketForAnUnknownSessionIsRefused() throws IOException {
    String url = SOCKET + "&sid=abc";
    assertThatThrownBy(() -> EngineSocket.connect(SERVER, url))
        .hasCauseInstanceOf(UpgradeRejectedException.class);
    assertThat(ask(SERVER, "GET", url, null).status()).isEqualTo(400);
  }

  @Test
  void upgradedSessionEndsWithItsWebSocket() throws Exception {
    EngineClient client = EngineClient.four(SERVER);
    EngineSocket socket = upgraded(client);
    assertThat(socket.send("4x").next()).isEqualTo("4x");
    socket.send("1").awaitEnd();
    assertThat(client.poll().body()).contains("Session ID unknown");
  }

  static IntStream seeds() {
    return IntStream.rangeClosed(1, 5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noMessageIsLostBetweenPolls(int seed) throws Exception {
    new RoamingEngineClient(SERVER, () -> SERVER, new Random(seed)).run(EngineNumbers.COUNT);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noMessageIsLostAtAnUpgradeDuringABurst(int seed) throws Exception {
    new RoamingEngineClient(SERVER, () -> SERVER, new Random(seed)).run(seed * 150);
  }
}
