package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.load.LoadProtocol;
import io.busbar.load.Peer;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests attacks while the gateway serves a harmless client. After each attack nothing of it is
 * left.
 */
class HostileClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long HEAP_THAT_MAY_STAY = 48L << 20;
  private static final int TEXT = 0x81;
  private static final int COMPRESSED_TEXT = 0xC1;

  private static TestGateway gateway;
  private static long heapBefore;

  private LegitimateHttpClient bystander;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]}]",
            "tcp-bridge.enabled=true",
            "http.request-timeout=1s",
            "http.websocket.compression=true",
            "http.websocket.ping-interval=1s",
            "http.websocket.pong-timeout=1s",
            "stomp.connect-timeout=1s",
            "sockjs.disconnect-delay=500ms");
    heapBefore = liveHeap();
  }

  @AfterAll
  static void stop() {
    long grown = liveHeap() - heapBefore;
    gateway.close();
    assertThat(grown).as("live heap grown by").isLessThan(HEAP_THAT_MAY_STAY);
  }

  private static long liveHeap() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @BeforeEach
  void startBystander() {
    bystander = new LegitimateHttpClient(gateway.httpPort());
  }

  @AfterEach
  void assertNothingIsLeft() {
    bystander.close();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(gateway.counters().sessionCount())
                    .as("sessions left of %s", gateway.counters().sessionsByProtocol())
                    .isZero());
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> gateway.counters().channelCount() == 0);
    assertThat(gateway.counters().subscriptionCount()).isZero();
    assertThat(gateway.counters().outboxByteCount()).isZero();
  }

  private static List<RawSocket> connectMany(int size, int port) throws IOException {
    List<RawSocket> clients = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      clients.add(new RawSocket(port));
    }
    return clients;
  }

  @Test
  void unfinishedHandshakesAreCutOff() throws IOException {
    List<RawSocket> clients = connectMany(500, gateway.httpPort());
    for (RawSocket half : clients) {
      half.send("GET /eventbus/websocket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n");
    }
    for (RawSocket half : clients) {
      half.untilTheEnd();
      half.close();
    }
  }

  @Test
  void silentClientsAreCutOff() throws IOException {
    List<RawSocket> clients = connectMany(200, gateway.stompPort());
    for (RawSocket mute : clients) {
      assertThat(mute.untilTheEnd()).contains("a client sends CONNECT within 1000 ms");
      mute.close();
    }
  }

  /** Single bytes do not keep a connection open. */
  @Test
  void singleBytesDoNotKeepAConnectionOpen() throws IOException {
    String request = "GET / HTTP/1.1\r\nX: " + "x".repeat(4000);
    String connect = "CONNECT\nx:" + "x".repeat(4000);
    byte[] frame = RawSocket.frame(TEXT, new byte[4000]);
    try (RawSocket http = new RawSocket(gateway.httpPort());
        RawSocket stomp = new RawSocket(gateway.stompPort());
        RawSocket webSocket = RawSocket.webSocket(gateway.httpPort(), "/eventbus/websocket")) {
      assertThat(sendSingleBytes(http, request.getBytes(UTF_8))).isLessThan(request.length());
      assertThat(sendSingleBytes(stomp, connect.getBytes(UTF_8))).isLessThan(connect.length());
      assertThat(sendSingleBytes(webSocket, frame)).isLessThan(frame.length);
    }
  }

  /**
   * Sends single bytes, and returns how many were sent before the gateway closed the connection.
   */
  private static int sendSingleBytes(RawSocket socket, byte[] bytes) {
    int[] at = {0};
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(
            () -> {
              try {
                socket.send(new byte[] {bytes[at[0]]});
                return ++at[0] == bytes.length;
              } catch (IOException cut) {
                return true;
              }
            });
    return at[0];
  }

  @Test
  void headersOf64KiBAreRefused() throws IOException {
    try (RawSocket http = new RawSocket(gateway.httpPort())) {
      http.sendUntilCut(("GET / HTTP/1.1\r\nX: " + "x".repeat(64 << 10)).getBytes(UTF_8), 1);
      assertThat(http.untilTheEnd()).matches("(?s)HTTP/1.1 431 .*|\\(reset\\)|");
    }
  }

  @Test
  void endlessHeadersOfAFrameAreRefused() throws IOException {
    for (String endless : List.of("a:b\n", "x".repeat(1000), "\\\\\\")) {
      try (RawSocket stomp = new RawSocket(gateway.stompPort())) {
        stomp.send("CONNECT\n");
        byte[] piece = endless.repeat(100).getBytes(UTF_8);
        stomp.sendUntilCut(piece, 2_000);
        assertThat(stomp.untilTheEnd()).matches("(?s)ERROR\n.*|\\(reset\\)");
      }
    }
  }

  @Test
  void deflateBombsAreNotInflated() throws IOException {
    byte[] bomb = RawSocket.bomb(200 << 20);
    for (String path : List.of("/eventbus/websocket", "/stomp", "/echo")) {
      try (RawSocket socket = RawSocket.webSocket(gateway.httpPort(), path)) {
        socket.sendUntilCut(RawSocket.frame(COMPRESSED_TEXT, bomb), 1);
        assertThat(socket.closeCode()).as(path).isEqualTo(1009);
      }
    }
  }

  @Test
  void compressedMessageOfTheMaximumSizeIsAccepted() throws IOException {
    try (RawSocket socket = RawSocket.webSocket(gateway.httpPort(), "/eventbus/websocket")) {
      socket.send(RawSocket.frame(COMPRESSED_TEXT, RawSocket.bomb(256 << 10)));
      socket.send(RawSocket.frame(0x88, new byte[] {3, (byte) 0xE8}));
      assertThat(socket.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void invalidDeflateDataIsAProtocolError() throws IOException {
    try (RawSocket socket = RawSocket.webSocket(gateway.httpPort(), "/echo")) {
      socket.send(RawSocket.frame(COMPRESSED_TEXT, "not deflated at all".getBytes(UTF_8)));
      assertThat(socket.closeCode()).isIn(1002, 1007);
    }
  }

  @Test
  void endlessFragmentsAreCutOff() throws IOException {
    try (RawSocket socket = RawSocket.webSocket(gateway.httpPort(), "/eventbus/websocket")) {
      socket.send(RawSocket.frame(0x01, new byte[1000]));
      socket.sendUntilCut(RawSocket.frame(0x00, new byte[1000]), 100_000);
      assertThat(socket.closeCode()).isIn(1009, 1006);
    }
  }

  @Test
  void unreadPongsDoNotPileUp() throws IOException {
    byte[] ping = RawSocket.frame(0x89, new byte[125]);
    byte[] many = new byte[ping.length * 100];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(ping, 0, many, i * ping.length, ping.length);
    }
    try (RawSocket socket = RawSocket.webSocket(gateway.httpPort(), "/echo")) {
      assertThat(socket.sendUntilCut(many, 2_000)).isEqualTo(2_000);
    }
  }

  @Test
  void unreadAnswersToTcpBridgePingsEndTheConnection() throws IOException {
    String ping = "\0\0\0\017{\"type\":\"ping\"}";
    long before = gateway.counters().disconnectedCount(1008);
    try (RawSocket socket = new RawSocket(gateway.tcpBridgePort())) {
      socket.sendUntilCut(ping.repeat(1_000).getBytes(UTF_8), 100_000);
      await()
          .atMost(PATIENCE)
          .until(() -> gateway.counters().disconnectedCount(1008) == before + 1);
    }
  }

  @Test
  void hugeLengthPrefixesAreRefusedAtOnce() throws IOException {
    for (String head : List.of("\177\177\177\177", "\0\177\0\0")) {
      try (RawSocket socket = new RawSocket(gateway.tcpBridgePort())) {
        socket.send(head);
        assertThat(socket.untilTheEnd()).contains("\"code\":1009");
      }
    }
    assertThat(gateway.hub().inbound().bytes()).isZero();
  }

  @Test
  void repeatedRegistrationsLeaveNothingBehind() {
    Peer peer =
        TestGateway.await(
            Peer.connect(LoadProtocol.BRIDGE, gateway.httpPort(), gateway.stompPort()));
    for (int i = 0; i < 100_000; i++) {
      peer.subscribe("public.r" + i % 5_000);
      peer.unsubscribe("public.r" + i % 5_000);
    }
    peer.subscribe("public.end");
    peer.publish("public.end", "~1~");
    await().atMost(PATIENCE).until(() -> peer.received().last() == 1);
    assertThat(gateway.counters().subscriptionCount()).isEqualTo(1);
    assertThat(gateway.counters().channelCount()).isEqualTo(1);
    peer.close();
  }

  @Test
  void tooDeeplyNestedJsonIsRefused() throws Exception {
    String abyss = "[".repeat(100_000);
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    WebSocketPipe bridge = WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket");
    bridge.receiver(received::add);
    bridge.send(abyss);
    bridge.send("{\"type\":\"publish\",\"address\":\"public.a\",\"body\":" + abyss);
    for (int i = 0; i < 2; i++) {
      assertThat(received.poll(20, TimeUnit.SECONDS)).contains("invalid_json");
    }
    bridge.close();
    try (RawSocket tcp = new RawSocket(gateway.tcpBridgePort())) {
      tcp.send(ByteBuffer.allocate(Integer.BYTES).putInt(abyss.length()).array());
      tcp.send(abyss);
      assertThat(tcp.until('}')).contains("invalid_json");
    }
    try (RawSocket stomp = new RawSocket(gateway.stompPort())) {
      stomp.send("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
      stomp.send("SEND\ndestination:/topic/public.a\ncontent-type:application/json\n\n");
      stomp.send(abyss + "\0");
      assertThat(stomp.untilTheEnd()).contains("is JSON");
    }
    WebSocketPipe chat = WebSocketPipe.connect(gateway.httpPort(), "/chat");
    chat.receiver(received::add);
    chat.send(abyss);
    chat.close();
  }

  /** On a slow machine a thousand handshakes need more time than the second of the other tests. */
  @Test
  void thousandSimultaneousConnectsOfOneAddressAreServed() {
    try (TestGateway patient = TestGateway.start("http.request-timeout=1m")) {
      List<Future<Peer>> connecting = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        LoadProtocol loadProtocol = LoadProtocol.values()[i % 4];
        connecting.add(Peer.connect(loadProtocol, patient.httpPort(), patient.stompPort()));
      }
      List<Peer> clients = TestGateway.await(Future.all(connecting)).list();
      clients.forEach(Peer::die);
      await().atMost(PATIENCE).until(() -> patient.counters().sessionCount() == 0);
    }
  }

  @Test
  void sessionsWithoutAReceiverEnd() {
    flood("/eventbus/0/flood%d/xhr", "", 200, 2_000);
  }

  @Test
  void messagesForUnknownSessionsAreRefused() {
    flood("/eventbus/0/unknown%d/xhr_send", "[\"a\"]", 404, 2_000);
  }

  private static void flood(String path, String body, int status, int count) {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    for (int wave = 0; wave < count; wave += 100) {
      List<CompletableFuture<Integer>> answers = new ArrayList<>();
      for (int i = wave; i < wave + 100; i++) {
        URI uri = URI.create("http://127.0.0.1:" + gateway.httpPort() + path.formatted(i));
        HttpRequest request =
            HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        answers.add(
            http.sendAsync(request, BodyHandlers.discarding()).thenApply(r -> r.statusCode()));
      }
      answers.forEach(answer -> assertThat(answer.join()).isEqualTo(status));
    }
  }
}
