package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Disconnect;
import io.busbar.hub.InboundBudget;
import io.busbar.hub.InboundBudget.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a client with an incomplete message uses only the memory and the time that the limits
 * allow.
 */
class IncompleteMessagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String HOME = "127.0.0.1";
  private static final String ABROAD = "127.0.0.2";
  private static final int BIG = 200_000;

  /** The smallest number of its bytes that arrive without its end. */
  private static final int NEARLY_BIG = BIG - 100;

  private static final Map<IncompleteMessages, String> ANSWERS =
      Map.of(
          IncompleteMessages.STOMP_FRAME, "RECEIPT",
          IncompleteMessages.STOMP_FRAME_IN_MESSAGES, "RECEIPT",
          IncompleteMessages.TCP_BRIDGE_MESSAGE, "unknown_type",
          IncompleteMessages.WEBSOCKET_FRAME, "81",
          IncompleteMessages.WEBSOCKET_FRAGMENTS, "81",
          IncompleteMessages.XHR_SEND, "204",
          IncompleteMessages.JSONP_SEND, "200",
          IncompleteMessages.PUBLICATION, "200",
          IncompleteMessages.HEAD_OF_A_REQUEST, "200");

  private final List<RawSocket> sockets = new ArrayList<>();
  private TestGateway gateway;
  private IncompleteMessages.Ports ports;

  private void start(String... more) {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("permissions=[{address: 'public.*', allow: [publish]}]");
    settings.add("tcp-bridge.enabled=true");
    settings.add("http.request-timeout=1m");
    settings.add("sockjs.disconnect-delay=10m");
    gateway = TestGateway.start(settings.toArray(String[]::new));
    ports =
        new IncompleteMessages.Ports(
            gateway.httpPort(), gateway.stompPort(), gateway.tcpBridgePort(), gateway.adminPort());
  }

  @AfterEach
  void assertNoInputIsHeld() throws IOException {
    for (RawSocket socket : sockets) {
      socket.close();
    }
    awaitUntil(() -> inbound().bytes() == 0);
    gateway.close();
  }

  /** Waits until the condition is true. */
  private static void awaitUntil(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  private InboundBudget inbound() {
    return gateway.hub().inbound();
  }

  private RawSocket begin(IncompleteMessages kind, String from, int size) throws IOException {
    RawSocket socket = kind.begin(ports, from, size);
    sockets.add(socket);
    return socket;
  }

  @ParameterizedTest
  @EnumSource
  void incompleteMessageIsCountedOnceUntilComplete(IncompleteMessages kind) throws IOException {
    start();
    RawSocket socket = begin(kind, HOME, BIG);
    boolean head = kind == IncompleteMessages.HEAD_OF_A_REQUEST;
    int came = head ? IncompleteMessages.MOST_HEAD : NEARLY_BIG;
    awaitUntil(() -> inbound().bytes() >= came);
    assertThat(inbound().bytes()).isLessThan((head ? 12L : 2L) * came + (8 << 10));
    assertThat(kind.end(socket)).isEqualTo(ANSWERS.get(kind));
    awaitUntil(() -> inbound().bytes() == 0);
    for (Reason why : Reason.values()) {
      assertThat(inbound().endedCount(why)).isZero();
    }
  }

  /** The limit is one byte, so nothing that the budget counts could pass. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "STOMP_FRAME_IN_MESSAGES")
  void completeMessageIsNeverCounted(IncompleteMessages kind) throws IOException {
    start("limits.inbound-total=1", "limits.inbound-per-address=1");
    RawSocket socket = kind.open(ports, HOME);
    sockets.add(socket);
    for (int i = 0; i < 3; i++) {
      socket.send(kind.message(socket, 500));
      if (i == 0) {
        assertThat(kind.answer(socket)).isEqualTo(ANSWERS.get(kind));
      }
    }
    assertThat(inbound().endedCount(Reason.TOTAL)).isZero();
    assertThat(inbound().endedCount(Reason.ADDRESS)).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "HEAD_OF_A_REQUEST")
  void largestIncompleteMessageEndsOverTheTotalLimit(IncompleteMessages kind) throws IOException {
    start("limits.inbound-total=1MiB", "limits.inbound-per-address=64MiB");
    RawSocket large = begin(kind, HOME, BIG);
    awaitUntil(() -> inbound().bytes() >= NEARLY_BIG);
    List<RawSocket> small = new ArrayList<>();
    while (inbound().endedCount(Reason.TOTAL) == 0 && small.size() < 50) {
      small.add(begin(IncompleteMessages.STOMP_FRAME, HOME, 30_000));
      awaitUntil(
          () ->
              inbound().bytes() >= NEARLY_BIG + 30_000L * small.size()
                  || inbound().endedCount(Reason.TOTAL) > 0);
    }
    assertThat(kind.refusal(large)).containsPattern(refusal(kind, Disconnect.BEGAN_TOO_MUCH, 503));
    for (RawSocket socket : small) {
      assertThat(IncompleteMessages.STOMP_FRAME.end(socket)).isEqualTo("RECEIPT");
    }
    assertThat(inbound().endedCount(Reason.TOTAL)).isEqualTo(1);
  }

  private static String refusal(IncompleteMessages kind, Disconnect why, int status) {
    return switch (kind) {
      case STOMP_FRAME -> "ERROR\n[^\0]*" + why.reason();
      case STOMP_FRAME_IN_MESSAGES -> "ERROR\n[^\0]*" + why.reason() + "[^\0]*\0[^\0]*1008";
      case TCP_BRIDGE_MESSAGE -> "closing\",\"reason\":\"" + why.reason() + "\",\"code\":1008";
      case WEBSOCKET_FRAME, WEBSOCKET_FRAGMENTS -> "1008";
      default -> "HTTP/1.1 " + status + "(?s).*" + why.reason();
    };
  }

  @Test
  void incompleteHeadsAreBoundedInTotal() throws IOException {
    start("limits.inbound-total=256KiB", "limits.inbound-per-address=64MiB");
    for (int i = 0; i < 20; i++) {
      begin(IncompleteMessages.HEAD_OF_A_REQUEST, HOME, IncompleteMessages.MOST_HEAD);
    }
    await().atMost(PATIENCE).until(() -> inbound().endedCount(Reason.TOTAL) >= 10);
    assertThat(inbound().bytes()).isLessThanOrEqualTo(256 << 10);
  }

  @Test
  void addressOverItsShareDoesNotAffectOthers() throws IOException {
    start("limits.inbound-total=64MiB", "limits.inbound-per-address=1MiB");
    RawSocket ours = begin(IncompleteMessages.STOMP_FRAME, HOME, BIG);
    awaitUntil(() -> inbound().bytes() >= NEARLY_BIG);
    for (int i = 0; i < 20; i++) {
      begin(IncompleteMessages.STOMP_FRAME, ABROAD, 100_000);
    }
    await().atMost(PATIENCE).until(() -> inbound().endedCount(Reason.ADDRESS) >= 9);
    assertThat(inbound().bytes()).isLessThan(BIG + (1 << 20) + (8 << 10));
    assertThat(IncompleteMessages.STOMP_FRAME.end(ours)).isEqualTo("RECEIPT");
  }

  @ParameterizedTest
  @EnumSource
  void stalledMessageEndsInTheWayOfItsProtocol(IncompleteMessages kind) throws IOException {
    start("limits.read-timeout=500ms");
    RawSocket socket = begin(kind, HOME, BIG);
    assertThat(kind.refusal(socket)).containsPattern(refusal(kind, Disconnect.STOOD_STILL, 408));
    assertThat(inbound().endedCount(Reason.TIME)).isEqualTo(1);
    assertThat(inbound().bytes()).isZero();
  }

  /** Sends single bytes for longer than a message may make no progress, and then the rest. */
  @Test
  void slowButSteadyMessageIsAccepted() throws IOException {
    start("limits.read-timeout=2s");
    Map<IncompleteMessages, SlowMessage> slow = new EnumMap<>(IncompleteMessages.class);
    for (IncompleteMessages kind :
        List.of(
            IncompleteMessages.STOMP_FRAME,
            IncompleteMessages.TCP_BRIDGE_MESSAGE,
            IncompleteMessages.WEBSOCKET_FRAME,
            IncompleteMessages.XHR_SEND,
            IncompleteMessages.HEAD_OF_A_REQUEST)) {
      RawSocket socket = kind.open(ports, HOME);
      sockets.add(socket);
      slow.put(kind, new SlowMessage(socket, kind.message(socket, 2_000)));
    }
    long enough = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              for (SlowMessage message : slow.values()) {
                message.goOn();
              }
              return System.nanoTime() > enough;
            });
    for (Map.Entry<IncompleteMessages, SlowMessage> each : slow.entrySet()) {
      each.getValue().finish();
      String answer = each.getKey().answer(each.getValue().socket);
      assertThat(answer).as(each.getKey().name()).isEqualTo(ANSWERS.get(each.getKey()));
    }
    assertThat(inbound().endedCount(Reason.TIME)).isZero();
  }

  /** A message that is sent slowly, except for its first part. */
  private static final class SlowMessage {
    private final RawSocket socket;
    private final byte[] bytes;
    private int sent;

    private SlowMessage(RawSocket socket, byte[] bytes) throws IOException {
      this.socket = socket;
      this.bytes = bytes;
      send(bytes.length - 1_000);
    }

    private void goOn() throws IOException {
      send(sent + 1);
    }

    private void finish() throws IOException {
      send(bytes.length);
    }

    private void send(int end) throws IOException {
      socket.send(Arrays.copyOfRange(bytes, sent, end));
      sent = end;
    }
  }

  @Test
  void pongsBetweenFragmentsDoNotKeepTheMessageAlive() throws IOException {
    start("limits.read-timeout=500ms");
    RawSocket socket = begin(IncompleteMessages.WEBSOCKET_FRAGMENTS, HOME, 10_000);
    byte[] pong = RawSocket.frame(0x8A, new byte[0]);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              socket.send(pong);
              return inbound().endedCount(Reason.TIME) == 1;
            });
    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  /**
   * The client sent more than its rate allows, so the gateway does not read. The pause is not the
   * client's fault.
   */
  @Test
  void throttledClientDoesNotCountAsStalled() throws IOException {
    start("limits.read-timeout=500ms", "limits.bytes-per-second=1KiB");
    RawSocket socket = IncompleteMessages.STOMP_FRAME.open(ports, HOME);
    sockets.add(socket);
    byte[] message = IncompleteMessages.STOMP_FRAME.message(socket, 4_000);
    socket.send(Arrays.copyOf(message, message.length - 2));
    awaitUntil(() -> inbound().bytes() >= 4_000);
    socket.send(Arrays.copyOfRange(message, message.length - 2, message.length));
    assertThat(IncompleteMessages.STOMP_FRAME.answer(socket)).isEqualTo("RECEIPT");
  }

  /**
   * No handshake takes place here. The gateway counts a record after the handshake in the same way.
   */
  @ParameterizedTest
  @MethodSource("io.busbar.net.TlsEngines#all")
  void incompleteTlsRecordsAreCounted(String engine) throws IOException {
    start(
        "limits.read-timeout=1s",
        "stomp.tls.self-signed=true",
        "stomp.tls.engine=" + engine,
        "stomp.tls.handshake-timeout=1m",
        "stomp.tls-port=0");
    try (RawSocket socket = new RawSocket(gateway.stompTlsPort())) {
      socket.send(new byte[] {22, 3, 1, 0x40, 0});
      socket.send(new byte[16_000]);
      awaitUntil(() -> inbound().bytes() >= 16_000);
      socket.untilTheEnd();
    }
    assertThat(inbound().endedCount(Reason.TIME)).isEqualTo(1);
  }

  @Test
  void disconnectedClientHoldsNoInput() throws IOException {
    start();
    for (IncompleteMessages kind : IncompleteMessages.values()) {
      begin(kind, HOME, BIG);
    }
    awaitUntil(() -> inbound().bytes() > 6L * BIG);
  }

  @Test
  void endedInputIsCountedInTheMetrics() throws IOException {
    start("limits.read-timeout=300ms");
    begin(IncompleteMessages.STOMP_FRAME, HOME, BIG).untilTheEnd();
    try (RawSocket admin = new RawSocket(ports.admin())) {
      admin.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(new String(admin.untilTheEnd().getBytes(UTF_8), UTF_8))
          .contains(
              "busbar_inbound_bytes 0.0",
              "busbar_inbound_ended_total{reason=\"time\"} 1.0",
              "busbar_inbound_ended_total{reason=\"total\"} 0.0",
              "busbar_inbound_ended_total{reason=\"address\"} 0.0");
    }
  }
}
