package io.busbar.protocol;

import static io.busbar.protocol.FrameSocket.TEXT;
import static io.busbar.protocol.FrameSocket.close;
import static io.busbar.protocol.FrameSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.net.Certificates;
import io.busbar.protocol.FrameSocket.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of how a WebSocket ends: the last answers, the close frames, and TCP. */
final class WebSocketEndTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** More messages than a client may be ahead of its answers. */
  private static final int MANY = 200;

  private static final Pattern BODY = Pattern.compile("body\\\\?\":\\\\?\"(\\w+)");

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "http.websocket.compression=true",
            "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
                + " {address: echo, allow: [send]}, {address: end, allow: [subscribe, send]}]");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void awaitAllConnectionsClosed() {
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
    await().atMost(PATIENCE).until(() -> gateway.connections().count() == 0);
  }

  /** Returns frames that break the rules of every WebSocket, and the close code for each. */
  static Stream<Arguments> badFrames() {
    byte[] unmasked = {(byte) TEXT, 1, 'x'};
    byte[] endless = {(byte) TEXT, (byte) 0xFF, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0};
    return Stream.of(
        Arguments.of("unmasked", unmasked, 1002),
        Arguments.of("of a length that is negative", endless, 1002),
        Arguments.of("larger than may be", frame(TEXT, new byte[600_000]), 1009),
        Arguments.of("with a reserved bit", frame(TEXT | 0x20, "x".getBytes(UTF_8)), 1002),
        Arguments.of("compressed as was not agreed", frame(TEXT | 0x40, new byte[1]), 1002),
        Arguments.of("of a reserved kind", frame(0x83, "x".getBytes(UTF_8)), 1002),
        Arguments.of("of a reserved control kind", frame(0x8B, "x".getBytes(UTF_8)), 1002),
        Arguments.of("a ping in fragments", frame(0x09, "x".getBytes(UTF_8)), 1002),
        Arguments.of("a ping of 126 bytes", frame(0x89, new byte[126]), 1002),
        Arguments.of("a continuation of nothing", frame(0x80, "x".getBytes(UTF_8)), 1002),
        Arguments.of("text that is not UTF-8", frame(TEXT, new byte[] {(byte) 0xC3, 'x'}), 1007),
        Arguments.of("a close frame of one byte", frame(0x88, new byte[1]), 1002),
        Arguments.of("a close frame with code 1005", close(1005), 1002),
        Arguments.of("a close frame with code 999", close(999), 1002));
  }

  private static byte[] together(List<byte[]> frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    frames.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Sends numbers, then the last bytes, in one write; the server echoes the numbers and closes. */
  private static void assertEchoesThenCloses(FrameSocket client, byte[] last, int code)
      throws IOException {
    List<byte[]> frames = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      numbers.add("number " + i);
      frames.add(frame(TEXT, numbers.get(i).getBytes(UTF_8)));
    }
    frames.add(last);
    client.send(together(frames));
    List<Frame> received = client.untilClose();
    Frame closeFrame = received.remove(received.size() - 1);
    assertThat(received).extracting(Frame::text).isEqualTo(numbers);
    assertThat(closeFrame.code()).isEqualTo(code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badFrames")
  void serverAnswersEarlierMessagesThenEndsAfterABadFrame(String name, byte[] bad, int code)
      throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      assertEchoesThenCloses(client, bad, code);
      assertThat(client.next()).as("the end, without the client's close frame").isNull();
    }
  }

  @Test
  void serverAnswersEarlierMessagesThenEndsAfterAClose() throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      assertEchoesThenCloses(client, close(1000), 1000);
      assertThat(client.next()).isNull();
    }
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      assertEchoesThenCloses(client, frame(FrameSocket.CLOSE, new byte[0]), 1005);
      assertThat(client.next()).isNull();
    }
  }

  @Test
  void tlsConnectionEndsTheSameWay() throws IOException {
    String[] settings =
        Stream.concat(
                Stream.of(Certificates.settings("http.tls", "first")),
                Stream.of("stomp.plain=true"))
            .toArray(String[]::new);
    try (TestGateway secure = TestGateway.start(settings)) {
      for (byte[] last : List.of(frame(0x83, new byte[1]), close(1000))) {
        try (FrameSocket client =
            FrameSocket.tls(secure.httpPort(), "/echo", Certificates.client(false, "first"))) {
          assertEchoesThenCloses(client, last, last[0] == (byte) 0x83 ? 1002 : 1000);
          assertThat(client.next()).isNull();
        }
      }
      await().atMost(PATIENCE).until(() -> secure.connections().count() == 0);
    }
  }

  @Test
  void clientThatKeepsSendingStillReceivesTheCloseFrame() throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      client.text("before").send(frame(0x83, new byte[1]));
      for (int i = 0; i < 100; i++) {
        client.send(frame(TEXT, new byte[10_000]));
      }
      List<Frame> received = client.untilClose();
      assertThat(received).hasSize(2);
      assertThat(received.get(0).text()).isEqualTo("before");
      client.send(frame(TEXT, new byte[10_000])).send(close(1002));
      assertThat(client.next()).isNull();
    }
  }

  @Test
  void messagesAfterABadOneAreIgnored() throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      client.send(
          together(
              List.of(
                  frame(TEXT, "before".getBytes(UTF_8)),
                  frame(TEXT, new byte[] {(byte) 0xFF}),
                  frame(TEXT, "after".getBytes(UTF_8)),
                  close(1000))));
      List<Frame> received = client.untilClose();
      assertThat(received).hasSize(2);
      assertThat(received.get(0).text()).isEqualTo("before");
      assertThat(received.get(1).code()).isEqualTo(1007);
      assertThat(client.next()).isNull();
    }
  }

  @Test
  void clientThatNeverClosesIsDisconnected() throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      client.send(frame(0x83, new byte[1]));
      assertThat(client.untilClose()).hasSize(1);
      assertThat(client.next()).isNull();
      await().atMost(PATIENCE).until(() -> gateway.connections().count() == 0);
    }
  }

  @Test
  void clientThatNeverAnswersTheCloseIsDisconnected() throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/stomp")) {
      client.text("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
      assertThat(client.next().text()).startsWith("CONNECTED");
      client.text("DISCONNECT\nreceipt:r\n\n\0");
      assertThat(client.next().text()).startsWith("RECEIPT");
      assertThat(client.next().code()).isEqualTo(1000);
      assertThat(client.next()).as("the end").isNull();
    }
  }

  @Test
  void serverEndsTheConnectionAfterBothCloseFrames() throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/stomp")) {
      client.text("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
      assertThat(client.next().text()).startsWith("CONNECTED");
      client.text("DISCONNECT\nreceipt:r\n\n\0");
      assertThat(client.untilClose()).hasSize(2);
      client.send(close(1000));
      assertThat(client.next()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/eventbus/websocket", "/eventbus/000/end/websocket"})
  void bridgeHandlesMessagesBeforeABadFrame(String path) throws IOException {
    boolean sockJs = path.contains("000");
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), path)) {
      List<byte[]> frames = new ArrayList<>();
      frames.add(bridge(sockJs, "{'type':'register','address':'public.end'}"));
      for (int i = 0; i < MANY; i++) {
        frames.add(
            bridge(
                sockJs, "{'type':'send','address':'echo','body':'a" + i + "','replyAddress':'r'}"));
        frames.add(bridge(sockJs, "{'type':'publish','address':'public.end','body':'b" + i + "'}"));
      }
      frames.add(sockJs ? frame(TEXT, "[\"half".getBytes(UTF_8)) : frame(0x83, new byte[1]));
      client.send(together(frames));
      List<Frame> received = client.untilClose();
      assertThat(received.remove(received.size() - 1).code()).isEqualTo(1002);
      String all = String.join("", received.stream().map(Frame::text).toList());
      List<String> bodies =
          BODY.matcher(all).results().map(body -> body.group(1)).collect(Collectors.toList());
      List<String> answers = new ArrayList<>(bodies);
      answers.removeIf(body -> body.startsWith("b"));
      bodies.removeIf(body -> body.startsWith("a"));
      assertThat(answers).containsExactlyInAnyOrderElementsOf(numbered("a"));
      assertThat(bodies).isEqualTo(numbered("b"));
      assertThat(client.next()).isNull();
    }
  }

  private static List<String> numbered(String prefix) {
    return IntStream.range(0, MANY).mapToObj(i -> prefix + i).toList();
  }

  private static byte[] bridge(boolean sockJs, String json) {
    String message = json.replace('\'', '"');
    String framed = sockJs ? "[\"" + message.replace("\"", "\\\"") + "\"]" : message;
    return frame(TEXT, framed.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a bad WebSocket frame", "a bad STOMP frame", "a close"})
  void stompFramesBeforeTheEndGetTheirReceipts(String end) throws IOException {
    try (FrameSocket client = FrameSocket.connect(gateway.httpPort(), "/stomp")) {
      List<byte[]> frames = new ArrayList<>();
      frames.add(stomp("CONNECT\naccept-version:1.2\nhost:h\n\n\0"));
      for (int i = 0; i < MANY; i++) {
        frames.add(stomp("SEND\ndestination:/queue/end\nreceipt:q" + i + "\n\nx\0"));
        frames.add(stomp("SEND\ndestination:/topic/public.end\nreceipt:t" + i + "\n\nx\0"));
      }
      boolean stomp = end.contains("STOMP");
      frames.add(
          stomp
              ? stomp("NONSENSE\n\n\0")
              : end.contains("bad") ? frame(0x83, new byte[1]) : close(1000));
      client.send(together(frames));
      List<Frame> received = client.untilClose();
      int code = received.remove(received.size() - 1).code();
      assertThat(code).isEqualTo(end.contains("bad") ? 1002 : 1000);
      if (stomp) {
        assertThat(received.remove(received.size() - 1).text()).startsWith("ERROR");
      }
      List<String> receipts = new ArrayList<>();
      for (Frame frame : received.subList(1, received.size())) {
        assertThat(frame.text()).startsWith("RECEIPT\n");
        receipts.add(frame.text().replaceAll("(?s).*receipt-id:(\\w+).*", "$1"));
      }
      List<String> expected = new ArrayList<>(numbered("q"));
      expected.addAll(numbered("t"));
      assertThat(receipts).containsExactlyInAnyOrderElementsOf(expected);
      if (stomp) {
        client.send(close(1002));
      }
      assertThat(client.next()).isNull();
    }
  }

  private static byte[] stomp(String frame) {
    return frame(TEXT, frame.getBytes(UTF_8));
  }
}
