package io.busbar.protocol;

import static io.busbar.protocol.FrameSocket.BINARY;
import static io.busbar.protocol.FrameSocket.COMPRESSED;
import static io.busbar.protocol.FrameSocket.TEXT;
import static io.busbar.protocol.FrameSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

/** permessage-deflate (RFC 7692): what is agreed upon, and messages each way by it. */
final class WebSocketCompressionTest {
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final int MOST = 256 << 10;

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start("http.websocket.compression=true");
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
          permessage-deflate | permessage-deflate
          permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover
          permessage-deflate; client_no_context_takeover | permessage-deflate; client_no_context_takeover
          permessage-deflate; server_max_window_bits=8 | permessage-deflate; server_max_window_bits=8
          permessage-deflate; server_max_window_bits=15 | permessage-deflate; server_max_window_bits=15
          permessage-deflate; server_max_window_bits="10" | permessage-deflate; server_max_window_bits=10
          permessage-deflate; server_max_window_bits="1\\0" | permessage-deflate; server_max_window_bits=10
          permessage-deflate; client_max_window_bits | permessage-deflate
          permessage-deflate; client_max_window_bits=9 | permessage-deflate; client_max_window_bits=9
          permessage-deflate;server_no_context_takeover ;\tserver_max_window_bits = 9 | permessage-deflate; server_no_context_takeover; server_max_window_bits=9
          permessage-deflate; client_max_window_bits; server_max_window_bits=12; client_no_context_takeover; server_no_context_takeover | permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12
          permessage-deflate; server_max_window_bits=9, permessage-deflate | permessage-deflate; server_max_window_bits=9
          x-other, , permessage-deflate; unknown, permessage-deflate; client_max_window_bits | permessage-deflate
          x-other; a=b; c="d" |
          permessage-deflate; server_max_window_bits=16, permessage-deflate; server_max_window_bits=10 | permessage-deflate; server_max_window_bits=10
          """)
  void theFirstOfferThatCanBeKeptIsTaken(String offer, String answer) throws IOException {
    try (FrameSocket socket = offer(offer)) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.header(EXTENSIONS)).isEqualTo(answer);
    }
  }

  @Test
  void offersMayStandInSeveralHeaders() throws IOException {
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
  void anOfferWithAParameterThatIsNotOneIsDeclined(String parameters) throws IOException {
    try (FrameSocket socket = offer("permessage-deflate; " + parameters)) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.header(EXTENSIONS)).isNull();
      assertThat(socket.text("plain").next().text()).isEqualTo("plain");
    }
    try (FrameSocket socket = offer("permessage-deflate; " + parameters + ", permessage-deflate")) {
      assertThat(socket.header(EXTENSIONS)).isEqualTo("permessage-deflate");
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
  void aHeaderThatBreaksTheGrammarIsABadRequest(String header) throws IOException {
    try (FrameSocket socket = offer(header)) {
      assertThat(socket.status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, 15",
    "true, false, 15",
    "false, true, 15",
    "false, false, 15",
    "true, true, 8",
    "false, false, 8",
    "true, true, 9",
    "false, true, 9",
    "true, false, 10",
    "true, true, 11",
    "true, true, 12",
    "true, true, 13",
    "true, true, 14",
  })
  void messagesOfAllSizesComeBackAsTheyWere(boolean serverKeeps, boolean clientKeeps, int bits)
      throws Exception {
    String parameters =
        (serverKeeps ? "" : "; server_no_context_takeover")
            + (clientKeeps ? "" : "; client_no_context_takeover")
            + (bits == 15 ? "" : "; server_max_window_bits=" + bits);
    Peer peer = new Peer(serverKeeps, clientKeeps);
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
          Frame echo = socket.next();
          assertThat(echo.first()).isEqualTo(BINARY | COMPRESSED);
          assertThat(peer.inflate(echo.payload())).isEqualTo(message);
        }
      }
      socket.text("not compressed");
      assertThat(peer.inflate(socket.next().payload())).asString().isEqualTo("not compressed");
    } finally {
      peer.end();
    }
  }

  @Test
  void whatRepeatsIsSmallerWhereAContextIsKeptThanWhereNoneIs() throws Exception {
    byte[] message = noise(new Random(1), 200);
    int[] sizes = new int[2];
    for (int i = 0; i < 2; i++) {
      Peer peer = new Peer(i == 0, true);
      String offer = "permessage-deflate" + (i == 0 ? "" : "; server_no_context_takeover");
      try (FrameSocket socket = offer(offer)) {
        for (int j = 0; j < 3; j++) {
          socket.send(frame(BINARY | COMPRESSED, peer.deflate(message)));
          byte[] echo = socket.next().payload();
          sizes[i] = echo.length;
          assertThat(peer.inflate(echo)).isEqualTo(message);
        }
      } finally {
        peer.end();
      }
    }
    assertThat(sizes[0]).isLessThan(30);
    assertThat(sizes[1]).isGreaterThan(190);
  }

  /** RFC 7692, 7.2.3.4 and 7.2.3.5: "Hello", as it stands there. */
  @Test
  void blocksThatEndForGoodAreTaken() throws Exception {
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
    Peer peer = new Peer(true, true);
    try (FrameSocket socket = offer("permessage-deflate")) {
      for (byte[] hello :
          new byte[][] {last, two, last, Arrays.copyOf(last, last.length - 1), two}) {
        socket.send(frame(TEXT | COMPRESSED, hello));
        assertThat(peer.inflate(socket.next().payload())).asString().isEqualTo("Hello");
      }
    } finally {
      peer.end();
    }
  }

  @Test
  void onlyTheFirstFrameOfAMessageSaysThatItIsCompressed() throws Exception {
    Peer peer = new Peer(true, true);
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
  void textIsJudgedWhenItIsInflated() throws Exception {
    Peer peer = new Peer(true, true);
    try (FrameSocket socket = offer("permessage-deflate")) {
      socket.send(frame(TEXT | COMPRESSED, peer.deflate(new byte[] {'a', (byte) 0xC3, 'x'})));
      assertThat(socket.untilClose()).last().returns(1007, Frame::code);
    } finally {
      peer.end();
    }
  }

  @Test
  void aMessageThatIsTooLargeWhenInflatedIsRefused() throws Exception {
    for (boolean keeps : new boolean[] {true, false}) {
      Peer peer = new Peer(true, keeps);
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

  /** A client's side of the extension. */
  private static final class Peer {
    private final Deflater deflater = new Deflater(9, true);
    private final Inflater inflater = new Inflater(true);
    private final boolean serverKeeps;
    private final boolean clientKeeps;

    private Peer(boolean serverKeeps, boolean clientKeeps) {
      this.serverKeeps = serverKeeps;
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

    private byte[] inflate(byte[] deflated) throws DataFormatException {
      if (!serverKeeps) {
        inflater.reset();
      }
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
}
