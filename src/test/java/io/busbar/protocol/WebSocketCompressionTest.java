package io.busbar.protocol;

import static io.busbar.protocol.FrameSocket.BINARY;
import static io.busbar.protocol.FrameSocket.COMPRESSED;
import static io.busbar.protocol.FrameSocket.TEXT;
import static io.busbar.protocol.FrameSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.protocol.FrameSocket.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of permessage-deflate (RFC 7692): the agreement, and messages in both directions. */
final class WebSocketCompressionTest {
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final String AGREED = "permessage-deflate; server_no_context_takeover";
  private static final int MOST = 256 << 10;

  private static final String WHOLE = EXTENSIONS + ": permessage-deflate";
  private static final String SMALLER = WHOLE + "; client_max_window_bits";
  private static final String NONE = WHOLE + "; client_no_context_takeover";

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "http.websocket.compression=true", "http.websocket.compression-threshold=0");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static FrameSocket offer(String offer) throws IOException {
    String[] lines = offer.lines().map(line -> EXTENSIONS + ": " + line).toArray(String[]::new);
    return FrameSocket.connect(gateway.httpPort(), "/echo", lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          permessage-deflate | permessage-deflate; server_no_context_takeover
          permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover
          permessage-deflate; client_no_context_takeover | permessage-deflate; server_no_context_takeover; client_no_context_takeover
          permessage-deflate; server_max_window_bits=8 | permessage-deflate; server_no_context_takeover; server_max_window_bits=8
          permessage-deflate; server_max_window_bits=15 | permessage-deflate; server_no_context_takeover; server_max_window_bits=15
          permessage-deflate; server_max_window_bits="10" | permessage-deflate; server_no_context_takeover; server_max_window_bits=10
          permessage-deflate; server_max_window_bits="1\\0" | permessage-deflate; server_no_context_takeover; server_max_window_bits=10
          permessage-deflate; client_max_window_bits | permessage-deflate; server_no_context_takeover
          permessage-deflate; client_max_window_bits=9 | permessage-deflate; server_no_context_takeover; client_max_window_bits=9
          permessage-deflate;server_no_context_takeover ;\tserver_max_window_bits = 9 | permessage-deflate; server_no_context_takeover; server_max_window_bits=9
          permessage-deflate; client_max_window_bits; server_max_window_bits=12; client_no_context_takeover; server_no_context_takeover | permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12
          permessage-deflate; server_max_window_bits=9, permessage-deflate | permessage-deflate; server_no_context_takeover; server_max_window_bits=9
          x-other, , permessage-deflate; unknown, permessage-deflate; client_max_window_bits | permessage-deflate; server_no_context_takeover
          x-other; a=b; c="d" |
          permessage-deflate; server_max_window_bits=16, permessage-deflate; server_max_window_bits=10 | permessage-deflate; server_no_context_takeover; server_max_window_bits=10
          """)
  void firstAcceptableOfferIsSelected(String offer, String answer) throws IOException {
    try (FrameSocket socket = offer(offer)) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.header(EXTENSIONS)).isEqualTo(answer);
    }
  }

  @Test
  void offersMayBeInSeveralHeaders() throws IOException {
    try (FrameSocket socket =
        offer("permessage-deflate; a=1\npermessage-deflate; server_no_context_takeover")) {
      assertThat(socket.header(EXTENSIONS))
          .isEqualTo("permessage-deflate; server_no_context_takeover");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "unknown=1",
        "server_no_context_takeover=1",
        "client_no_context_takeover=true",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=08",
        "server_max_window_bits=+9",
        "server_max_window_bits=9.0",
        "server_max_window_bits=99999999999",
        "server_max_window_bits=x",
        "client_max_window_bits=7",
        "client_max_window_bits=16",
        "client_max_window_bits=010",
        "client_max_window_bits=-9",
        "server_no_context_takeover; server_no_context_takeover",
        "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits; client_max_window_bits=10",
        "SERVER_NO_CONTEXT_TAKEOVER",
      })
  void offerWithAnInvalidParameterIsDeclined(String parameters) throws IOException {
    try (FrameSocket socket = offer("permessage-deflate; " + parameters)) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.header(EXTENSIONS)).isNull();
      assertThat(socket.text("plain").next().text()).isEqualTo("plain");
    }
    try (FrameSocket socket = offer("permessage-deflate; " + parameters + ", permessage-deflate")) {
      assertThat(socket.header(EXTENSIONS)).isEqualTo(AGREED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate;",
        "permessage-deflate; ;server_no_context_takeover",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=\"\"",
        "permessage-deflate; server_max_window_bits=\"10",
        "permessage-deflate; server_max_window_bits=\"1 0\"",
        "permessage-deflate; a=b=c",
        "permessage deflate",
        "permessage-deflate server_no_context_takeover",
        "; a",
        "per/message",
      })
  void malformedHeaderIsABadRequest(String header) throws IOException {
    try (FrameSocket socket = offer(header)) {
      assertThat(socket.status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 15",
    "false, 15",
    "true, 8",
    "false, 8",
    "true, 9",
    "true, 10",
    "false, 11",
    "true, 12",
    "true, 13",
    "false, 14",
  })
  void messagesOfAllSizesAreEchoedUnchanged(boolean clientKeeps, int bits) throws Exception {
    String parameters =
        "; server_no_context_takeover"
            + (clientKeeps ? "" : "; client_no_context_takeover")
            + (bits == 15 ? "" : "; server_max_window_bits=" + bits);
    Peer peer = new Peer(clientKeeps);
    Random random = new Random(bits);
    try (FrameSocket socket = offer("permessage-deflate" + parameters)) {
      assertThat(socket.header(EXTENSIONS)).isEqualTo("permessage-deflate" + parameters);
      for (int size : new int[] {0, 1, 16, 64, 255, 256, 257, 4_096, 65_536, 131_072, MOST}) {
        for (byte[] message :
            new byte[][] {words(random, size), noise(random, size), new byte[size]}) {
          byte[] deflated = peer.deflate(message);
          int part = 1 + random.nextInt(deflated.length);
          socket.send(
              FrameSocket.fragments(
                  BINARY | COMPRESSED, deflated, Math.max(part, deflated.length / 64)));
          assertThat(peer.read(socket.next())).isEqualTo(message);
        }
      }
      socket.text("not compressed");
      assertThat(peer.read(socket.next())).asString().isEqualTo("not compressed");
    } finally {
      peer.end();
    }
  }

  @Test
  void messageIsCompressedOnlyIfThatMakesItSmaller() throws Exception {
    byte[] noise = noise(new Random(1), 2_000);
    try (FrameSocket socket = offer("permessage-deflate")) {
      Frame zeros = socket.send(frame(BINARY, new byte[2_000])).next();
      assertThat(zeros.first()).isEqualTo(BINARY | COMPRESSED);
      assertThat(zeros.payload()).hasSizeLessThan(30);
      assertThat(socket.send(frame(BINARY, noise)).next().first()).isEqualTo(BINARY);
    }
  }

  @Test
  void serverMessagesDoNotReferToEarlierOnes() throws Exception {
    byte[] message = words(new Random(1), 500);
    try (FrameSocket socket = offer("permessage-deflate")) {
      byte[] first = socket.send(frame(BINARY, message)).next().payload();
      assertThat(socket.send(frame(BINARY, message)).next().payload()).isEqualTo(first);
    }
  }

  /** The gateway keeps what a client's messages may refer to, even over many messages. */
  @ParameterizedTest
  @ValueSource(ints = {9, 10, 12, 15})
  void clientMayReferToItsWholeWindow(int bits) throws Exception {
    Peer peer = new Peer(true);
    int window = 1 << bits;
    Random random = new Random(bits);
    byte[] said = noise(random, 4 * window);
    try (FrameSocket socket = offer("permessage-deflate; client_max_window_bits=" + bits)) {
      // Java has only 15 bits, so no data here repeats from further away than the window.
      int[] steps = {1, window / 8, window / 3, window - 262, window};
      int from = 0;
      for (int round = 0; round < 12; round++) {
        int size = Math.max(1, steps[round % steps.length] / (1 + round / steps.length));
        byte[] message = Arrays.copyOfRange(said, from, from + size);
        socket.send(frame(BINARY | COMPRESSED, peer.deflate(message)));
        assertThat(peer.read(socket.next())).isEqualTo(message);
        if (size < window / 2) {
          socket.send(frame(BINARY | COMPRESSED, peer.deflate(message)));
          assertThat(peer.read(socket.next())).isEqualTo(message);
        }
        from += size;
      }
      socket.send(frame(BINARY | COMPRESSED, peer.deflate(noise(random, MOST))));
      peer.read(socket.next());
      byte[] again = noise(random, Math.min(200, window / 4));
      int[] sizes = new int[2];
      for (int i = 0; i < 2; i++) {
        byte[] deflated = peer.deflate(again);
        sizes[i] = deflated.length;
        socket.send(frame(BINARY | COMPRESSED, deflated));
        assertThat(peer.read(socket.next())).isEqualTo(again);
      }
      assertThat(sizes[1]).as("it did refer to the one before").isLessThan(sizes[0] / 2);
    } finally {
      peer.end();
    }
  }

  @Test
  void controlFramesBetweenFragmentsAreAnsweredAtOnce() throws Exception {
    Peer peer = new Peer(false);
    byte[] message = words(new Random(3), 3_000);
    byte[] deflated = peer.deflate(message);
    try (FrameSocket socket = offer("permessage-deflate; client_no_context_takeover")) {
      socket.send(frame(0x02 | COMPRESSED, Arrays.copyOf(deflated, 10)));
      socket.send(frame(0x89, new byte[] {7}));
      assertThat(socket.next())
          .returns(0x8A, Frame::first)
          .extracting(Frame::payload)
          .isEqualTo(new byte[] {7});
      socket.send(frame(0x80, Arrays.copyOfRange(deflated, 10, deflated.length)));
      assertThat(peer.read(socket.next())).isEqualTo(message);
    } finally {
      peer.end();
    }
  }

  @Test
  void compressionWithoutAgreementIsAProtocolError() throws Exception {
    Peer peer = new Peer(false);
    try (FrameSocket socket = FrameSocket.connect(gateway.httpPort(), "/echo")) {
      socket.send(frame(TEXT | COMPRESSED, peer.deflate(words(new Random(5), 600))));
      assertThat(socket.untilClose()).last().returns(1002, Frame::code);
    } finally {
      peer.end();
    }
  }

  @Test
  void messageBelowTheThresholdIsNotCompressed() throws Exception {
    try (TestGateway other =
            TestGateway.start(
                "http.websocket.compression=true",
                "http.websocket.compression-threshold=100",
                "http.websocket.compression-level=1");
        FrameSocket socket =
            FrameSocket.connect(other.httpPort(), "/echo", EXTENSIONS + ": permessage-deflate")) {
      Peer peer = new Peer(true);
      for (int size = 90; size < 110; size++) {
        String message = "ab".repeat(55).substring(0, size);
        Frame echo = socket.text(message).next();
        assertThat(echo.first()).isEqualTo(size < 100 ? TEXT : TEXT | COMPRESSED);
        assertThat(peer.read(echo)).asString().isEqualTo(message);
      }
      peer.end();
    }
  }

  /** RFC 7692, 7.2.3.4 and 7.2.3.5: "Hello", as given there. */
  @Test
  void finalDeflateBlocksAreAccepted() throws Exception {
    byte[] last = {(byte) 0xf3, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 0x07, 0x00, 0x00};
    byte[] two = {
      (byte) 0xf2,
      0x48,
      0x05,
      0x00,
      0x00,
      0x00,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xca,
      (byte) 0xc9,
      (byte) 0xc9,
      0x07,
      0x00
    };
    try (FrameSocket socket = offer("permessage-deflate")) {
      for (byte[] hello :
          new byte[][] {last, two, last, Arrays.copyOf(last, last.length - 1), two}) {
        socket.send(frame(TEXT | COMPRESSED, hello));
        assertThat(socket.next().text()).isEqualTo("Hello");
      }
    }
  }

  @Test
  void misplacedReservedBitsAreProtocolErrors() throws Exception {
    Peer peer = new Peer(true);
    byte[] deflated = peer.deflate("Hello".getBytes(UTF_8));
    peer.end();
    for (byte[] bad :
        new byte[][] {
          frame(0x80 | COMPRESSED, new byte[1]),
          frame(0x89 | COMPRESSED, new byte[1]),
          frame(TEXT | 0x20, deflated),
          frame(TEXT | COMPRESSED | 0x10, deflated)
        }) {
      try (FrameSocket socket = offer("permessage-deflate")) {
        if (bad[0] == (byte) (0x80 | COMPRESSED)) {
          socket.send(frame(0x01 | COMPRESSED, deflated));
        }
        assertThat(socket.send(bad).untilClose()).last().returns(1002, Frame::code);
      }
    }
  }

  @Test
  void invalidUtf8InCompressedTextIsRefused() throws Exception {
    Peer peer = new Peer(true);
    try (FrameSocket socket = offer("permessage-deflate")) {
      socket.send(frame(TEXT | COMPRESSED, peer.deflate(new byte[] {'a', (byte) 0xC3, 'x'})));
      assertThat(socket.untilClose()).last().returns(1007, Frame::code);
    } finally {
      peer.end();
    }
  }

  @Test
  void messageThatInflatesBeyondTheLimitIsRefused() throws Exception {
    for (boolean keeps : new boolean[] {true, false}) {
      Peer peer = new Peer(keeps);
      String offer = "permessage-deflate" + (keeps ? "" : "; client_no_context_takeover");
      try (FrameSocket socket = offer(offer)) {
        socket.send(frame(TEXT | COMPRESSED, peer.deflate(new byte[MOST + 1])));
        assertThat(socket.untilClose()).last().returns(1009, Frame::code);
      } finally {
        peer.end();
      }
    }
  }

  private static byte[] noise(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] words(Random random, int size) {
    String[] words = {"the ", "same ", "words ", "again ", "and ", "Grüße "};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (out.size() < size) {
      out.writeBytes(words[random.nextInt(words.length)].getBytes(UTF_8));
    }
    return Arrays.copyOf(out.toByteArray(), size);
  }

  /** The client's side of the extension. Used by the test's thread. */
  private static final class Peer {
    private final Deflater deflater = new Deflater(9, true);
    private final Inflater inflater = new Inflater(true);
    private final boolean clientKeeps;

    private Peer(boolean clientKeeps) {
      this.clientKeeps = clientKeeps;
    }

    private byte[] deflate(byte[] message) {
      if (message.length == 0) {
        return new byte[1];
      }
      if (!clientKeeps) {
        deflater.reset();
      }
      deflater.setInput(message);
      byte[] out = new byte[message.length + message.length / 8 + 1_000];
      int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
      return Arrays.copyOf(out, size - 4);
    }

    private byte[] read(Frame frame) throws DataFormatException {
      boolean compressed = (frame.first() & COMPRESSED) != 0;
      return compressed ? inflate(frame.payload()) : frame.payload();
    }

    private byte[] inflate(byte[] deflated) throws DataFormatException {
      inflater.reset();
      byte[] whole = Arrays.copyOf(deflated, deflated.length + 4);
      whole[whole.length - 2] = (byte) 0xFF;
      whole[whole.length - 1] = (byte) 0xFF;
      inflater.setInput(whole);
      byte[] out = new byte[MOST + 1];
      int size = 0;
      int more;
      do {
        more = inflater.inflate(out, size, out.length - size);
        size += more;
      } while (more > 0);
      return Arrays.copyOf(out, size);
    }

    private void end() {
      deflater.end();
      inflater.end();
    }
  }

  /** Each client's window is reserved, so their total has a limit. */
  @Test
  void totalCompressionMemoryIsLimited() throws IOException {
    String few = "http.websocket.compression-memory=48KiB";
    try (TestGateway small = TestGateway.start("http.websocket.compression=true", few)) {
      try (FrameSocket first = FrameSocket.connect(small.httpPort(), "/echo", WHOLE);
          FrameSocket second = FrameSocket.connect(small.httpPort(), "/echo", SMALLER);
          FrameSocket third = FrameSocket.connect(small.httpPort(), "/echo", WHOLE);
          FrameSocket fourth = FrameSocket.connect(small.httpPort(), "/echo", NONE)) {
        assertThat(first.header(EXTENSIONS)).isEqualTo(AGREED);
        assertThat(second.header(EXTENSIONS)).isEqualTo(AGREED + "; client_max_window_bits=11");
        assertThat(third.status()).isEqualTo(101);
        assertThat(third.header(EXTENSIONS)).isNull();
        assertThat(fourth.header(EXTENSIONS)).endsWith("client_no_context_takeover");
      }
      await().until(() -> isCompressed(small));
    }
  }

  private static boolean isCompressed(TestGateway gateway) throws IOException {
    try (FrameSocket socket = FrameSocket.connect(gateway.httpPort(), "/echo", WHOLE)) {
      return socket.header(EXTENSIONS) != null;
    }
  }
}
