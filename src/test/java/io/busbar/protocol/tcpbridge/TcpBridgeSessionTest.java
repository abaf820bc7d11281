package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.net.Certificates;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour of the TCP bridge beyond that of the stock one. */
final class TcpBridgeSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MESSAGE_SIZE = 1024;
  private static final int HEADERS = 64 << 10;
  private static final String[] SETTINGS = {
    "tcp-bridge.enabled=true",
    "limits.message-size=1KiB",
    "limits.address-length=40",
    "permissions=[{address: public.*, allow: [subscribe, publish, send]},"
        + " {address: members, authenticated: true, allow: [publish]},"
        + " {address: tcp.only, protocol: tcp-bridge, allow: [publish]},"
        + " {address: web.only, protocol: bridge, allow: [publish]},"
        + " {address: public.no, deny: [publish]},"
        + " {address: echo, allow: [send]}]",
    "channels=[{address: public.kept, history: {}}]"
  };

  private static TestGateway gateway;

  private final List<TcpBridgePeer> peers = new ArrayList<>();

  @BeforeAll
  static void start() {
    gateway = TestGateway.start(SETTINGS);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private TcpBridgePeer peer() {
    TcpBridgePeer peer = TcpBridgePeer.connect(gateway.tcpBridgePort());
    peers.add(peer);
    return peer;
  }

  @AfterEach
  void leave() {
    peers.forEach(TcpBridgePeer::close);
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  @Test
  void urlIsListedAndSessionsAreCountedByProtocol() {
    assertThat(gateway.urls()).contains(" tcp-bridge://127.0.0.1:" + gateway.tcpBridgePort());
    peer().settle();
    assertThat(gateway.counters().sessionsByProtocol())
        .isEqualTo(new JsonObject().put("tcp-bridge", 1L));
  }

  @Test
  void bridgeIsDisabledByDefault() {
    try (TestGateway quiet = TestGateway.start("features=[]")) {
      assertThat(quiet.tcpBridgePort()).isZero();
      assertThat(quiet.urls()).doesNotContain("tcp-bridge");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no JSON|invalid_json",
        "[1]|invalid_json",
        "``|invalid_json",
        "{}|missing_type",
        "{\"type\":\"register\"}|missing_address",
        "{\"type\":\"message\",\"address\":\"a\"}|unknown_type",
        "{\"type\":\"publish\",\"address\":\"public.a\",\"body\":1e999}|invalid_body",
        "{\"type\":\"publish\",\"address\":\"public.a\",\"headers\":[]}|invalid_headers",
        "{\"type\":\"publish\",\"address\":\"secret\"}|access_denied",
        "{\"type\":\"publish\",\"address\":\"members\"}|not_logged_in",
        "{\"type\":\"publish\",\"address\":\"web.only\"}|access_denied",
        "{\"type\":\"register\",\"address\":\"public.0123456789012345678901234567890123456789\"}"
            + "|max_address_length_reached",
        "{\"type\":\"unregister\",\"address\":\"public.a\"}|unknown_address",
        "{\"type\":\"login\",\"username\":\"demo\"}|auth_error",
        "{\"type\":\"refresh\",\"token\":\"x\"}|auth_error",
      })
  void invalidMessageIsAnErrorAndTheConnectionStaysOpen(String message, String code) {
    TcpBridgePeer peer = peer();
    JsonObject error = peer.say(message).next();
    assertThat(error.getString("type")).isEqualTo("err");
    assertThat(error.getString("message")).isEqualTo(code);
    assertThat(error.getString("reason")).isNotBlank();
    peer.settle();
  }

  @Test
  void refusedRequestGetsAFailureReply() {
    JsonObject error = peer().ask("secret", "?", "r").next();
    assertThat(error)
        .isEqualTo(
            new JsonObject()
                .put("type", "err")
                .put("address", "r")
                .put("sourceAddress", "secret")
                .put("failureCode", -1)
                .put("failureType", "RECIPIENT_FAILURE")
                .put("message", "access_denied")
                .put("reason", "access denied: secret (send)"));
  }

  @Test
  void messageDuringALoginWaitsForIt() throws Exception {
    BlockingQueue<Message<Object>> received = new LinkedBlockingQueue<>();
    gateway.bus().consumer("members", received::add);
    TcpBridgePeer peer = peer();
    Buffer both = TcpBridgePipe.frame(login());
    both.appendBuffer(
        TcpBridgePipe.frame("{\"type\":\"publish\",\"address\":\"members\",\"body\":1}"));
    JsonObject known = peer.write(both).next();
    assertThat(known.getString("type")).isEqualTo("login");
    assertThat(known.getString("user")).isEqualTo("demo");
    Message<Object> message = received.poll(20, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    assertThat(message.headers().get("user")).isEqualTo("demo");
    assertThat(message.headers().get("protocol")).isEqualTo("tcp-bridge");
  }

  private static String login() {
    return "{\"type\":\"login\",\"username\":\"demo\",\"password\":\"demo\"}";
  }

  /** The documentation has the password of this user. */
  @Test
  void demoUserIsRefusedOnPublicInterfaces() {
    try (TestGateway open =
            TestGateway.start("tcp-bridge.enabled=true", "tcp-bridge.host=0.0.0.0");
        TcpBridgePeer peer = TcpBridgePeer.connect(open.tcpBridgePort())) {
      assertThat(peer.say(login()).next().getString("message")).isEqualTo("auth_error");
    }
  }

  @Test
  void permissionMayApplyToOneProtocolOnly() throws Exception {
    BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    gateway.bus().consumer("tcp.only", message -> received.add(message.body()));
    peer().talk("publish", "tcp.only", "over TCP").settle();
    assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("over TCP");
  }

  @Test
  void reconnectedClientReceivesMissedMessages() {
    TcpBridgePeer first = peer();
    first.say("{\"type\":\"register\",\"address\":\"public.kept\",\"recover\":true}");
    JsonObject begun = first.next();
    assertThat(begun.getString("type")).isEqualTo("subscribed");
    first.close();
    peer().talk("publish", "public.kept", "missed").settle();
    TcpBridgePeer again = peer();
    JsonObject since =
        new JsonObject()
            .put("epoch", begun.getValue("epoch"))
            .put("offset", begun.getValue("offset"));
    again.say(
        new JsonObject().put("type", "register").put("address", "public.kept").put("since", since));
    assertThat(again.next().getBoolean("recovered")).isTrue();
    JsonObject missed = again.next();
    assertThat(missed.getString("type")).isEqualTo("message");
    assertThat(missed.getString("body")).isEqualTo("missed");
    assertThat(missed.getLong("offset")).isEqualTo(begun.getLong("offset") + 1);
    assertThat(missed.getBoolean("send")).isFalse();
  }

  @Test
  void arrayHeaderBecomesSeveralHeaders() {
    JsonObject received =
        peer()
            .register("public.a")
            .say(
                "{\"type\":\"publish\",\"address\":\"public.a\",\"body\":1,"
                    + "\"headers\":{\"a\":[\"b\",\"c\"]}}")
            .next();
    assertThat(received.getJsonObject("headers").getJsonArray("a"))
        .isEqualTo(new JsonArray().add("b").add("c"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, MESSAGE_SIZE + HEADERS + 1, Integer.MAX_VALUE})
  void invalidLengthIsReportedAndEndsTheConnection(int length) {
    TcpBridgePeer peer = peer();
    Buffer all = TcpBridgePipe.frame("{\"type\":\"ping\"}");
    all.appendInt(length).appendBuffer(TcpBridgePipe.frame("{\"type\":\"ping\"}"));
    peer.write(all);
    assertThat(peer.next().getString("type")).isEqualTo("pong");
    JsonObject last = peer.next();
    assertThat(last.getString("type")).isEqualTo("err");
    assertThat(last.getString("message")).isEqualTo("closing");
    assertThat(last.getInteger("code")).isEqualTo(length < 0 ? 1002 : 1009);
    assertThat(last.getString("reason"))
        .isEqualTo(
            length < 0
                ? "a length is not negative"
                : "a message is larger than " + (MESSAGE_SIZE + HEADERS) + " bytes");
    assertThat(last.getBoolean("retry")).isFalse();
    assertThat(peer.closed()).succeedsWithin(PATIENCE);
  }

  @Test
  void largestMessageIsAccepted() {
    String head = "{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":\"r\",\"body\":\"";
    int room = MESSAGE_SIZE + HEADERS - head.length() - 2;
    JsonObject answer = peer().say(head + "x".repeat(room) + "\"}").next();
    assertThat(answer.getString("body")).hasSize(room);
  }

  @Test
  void invalidUtf8EndsTheConnection() {
    TcpBridgePeer peer = peer();
    JsonObject last = peer.write(Buffer.buffer(new byte[] {0, 0, 0, 1, (byte) 0xFF})).next();
    assertThat(last.getInteger("code")).isEqualTo(1007);
    assertThat(peer.closed()).succeedsWithin(PATIENCE);
  }

  @Test
  void bridgeWorksOverTls() throws Exception {
    String[] settings =
        Stream.concat(
                Stream.of(Certificates.settings("tcp-bridge.tls", "first")),
                Stream.of(
                    "tcp-bridge.enabled=true", "tcp-bridge.plain=false", "tcp-bridge.tls-port=0"))
            .toArray(String[]::new);
    try (TestGateway secret = TestGateway.start(settings)) {
      assertThat(secret.tcpBridgePort()).isZero();
      assertThat(secret.urls())
          .contains(" tcp-bridge+ssl://127.0.0.1:" + secret.tcpBridgeTlsPort())
          .doesNotContain("tcp-bridge://");
      NetClient client =
          secret
              .vertx()
              .createNetClient(
                  new NetClientOptions()
                      .setSsl(true)
                      .setTrustAll(true)
                      .setHostnameVerificationAlgorithm(""));
      try (TcpBridgePeer peer = TcpBridgePeer.connect(client, secret.tcpBridgeTlsPort())) {
        peer.settle();
      }
    }
  }

  @Test
  void clientAboveTheByteRateIsSlowedAndLosesNothing() {
    try (TestGateway patient =
            TestGateway.start(
                "tcp-bridge.enabled=true",
                "limits.bytes-per-second=100KiB",
                "permissions=[{address: public.*, allow: [subscribe, publish]},"
                    + " {address: echo, allow: [send]}]");
        TcpBridgePeer listener = TcpBridgePeer.connect(patient.tcpBridgePort());
        TcpBridgePeer greedy = TcpBridgePeer.connect(patient.tcpBridgePort())) {
      listener.register("public.a");
      for (int i = 0; i < 30; i++) {
        greedy.talk("publish", "public.a", i + "x".repeat(10 << 10));
      }
      for (int i = 0; i < 30; i++) {
        assertThat(listener.next().getString("body")).startsWith(i + "x");
      }
    }
  }

  @Test
  void shutdownIsAnnounced() {
    TestGateway ending = TestGateway.start("tcp-bridge.enabled=true");
    try (TcpBridgePeer peer = TcpBridgePeer.connect(ending.tcpBridgePort())) {
      peer.settle();
      ending.close();
      JsonObject last = peer.next();
      assertThat(last.getInteger("code")).isEqualTo(1001);
      assertThat(last.getBoolean("retry")).isTrue();
      assertThat(peer.closed()).succeedsWithin(PATIENCE);
    }
  }
}
