package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.protocol.ProtocolException;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unit tests of the decoder. */
final class StompDecoderTest {
  private static final StompLimits LIMITS = new StompLimits(10, 64, 256);

  static final String GOLDEN =
      "\n\r\nCONNECT\naccept-version:1.2\nlogin:a\\b\n\n\0\n"
          + "SEND\r\ndestination:/topic/a\r\ncontent-length:5\r\n\r\na\0\0\nb\0"
          + "SEND\ndestination:/topic/\\c\\n\\\\\\r\nkey\\c:v\ndestination:second\n\nbödy\0\n\n"
          + "SEND\ndestination:/topic/a\ncontent-length:0\n\n\0"
          + "SUBSCRIBE\nid:0\ndestination: /topic/a \n\n\0"
          + "DISCONNECT\n\n\r\n\0";

  private static final String SPOILS = ":\n\0\\xCSEND,0\r";

  private final List<Frame> frames = new ArrayList<>();
  private final StompDecoder decoder = new StompDecoder(LIMITS, frames::add);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<Frame> decode(StompVersion version, String text) {
    decoder.version(version);
    decoder.decode(utf8(text));
    return frames;
  }

  private static String shown(List<Frame> frames) {
    StringBuilder all = new StringBuilder();
    for (Frame frame : frames) {
      all.append(frame.getCommand()).append(frame.getHeaders());
      all.append(frame.getBody() == null ? "" : frame.getBody().toString()).append('|');
    }
    return all.toString();
  }

  @Test
  void goldenFramesAreReadAsTheSpecificationSays() {
    assertThat(shown(decode(StompVersion.V1_2, GOLDEN)))
        .isEqualTo(
            "CONNECT{accept-version=1.2, login=a\\b}|"
                + "SEND{destination=/topic/a, content-length=5}a\0\0\nb|"
                + "SEND{destination=/topic/:\n\\\r, key:=v}bödy|"
                + "SEND{destination=/topic/a, content-length=0}|"
                + "SUBSCRIBE{id=0, destination= /topic/a }|"
                + "DISCONNECT{}|");
  }

  @Test
  void goldenFramesAreTheSameSplitAtEveryPosition() {
    byte[] golden = utf8(GOLDEN);
    String whole = shown(decode(StompVersion.V1_2, GOLDEN));
    for (int split = 0; split <= golden.length; split++) {
      List<Frame> parts = new ArrayList<>();
      StompDecoder divided = new StompDecoder(LIMITS, parts::add);
      divided.version(StompVersion.V1_2);
      divided.decode(Arrays.copyOfRange(golden, 0, split));
      divided.decode(Arrays.copyOfRange(golden, split, golden.length));
      assertThat(shown(parts)).as("split at " + split).isEqualTo(whole);
    }
  }

  @Test
  void goldenFramesAreTheSameByteByByte() {
    String whole = shown(decode(StompVersion.V1_2, GOLDEN));
    List<Frame> parts = new ArrayList<>();
    StompDecoder slow = new StompDecoder(LIMITS, parts::add);
    slow.version(StompVersion.V1_2);
    for (byte octet : utf8(GOLDEN)) {
      slow.decode(new byte[] {octet});
    }
    assertThat(shown(parts)).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1\\n|a frame begins with a command of STOMP's, not with \"GET / HTTP/1\"",
        "send\\n|a frame begins with a command of STOMP's, not with \"send\"",
        "MESSAGE\\n|a frame begins with a command of STOMP's, not with \"MESSAGE\"",
        "SEND\\nno colon\\n|a header is a name, a colon and a value",
        "SEND\\n:no name\\n|a header is a name, a colon and a value",
        "SEND\\na:b\\0|a frame has a blank line between its headers and its NUL",
        "SEND\\ncontent-length:x\\n\\n|content-length is a number of octets",
        "SEND\\ncontent-length:-1\\n\\n|content-length is a number of octets",
        "SEND\\ncontent-length:\\n\\n|content-length is a number of octets",
        "SEND\\ncontent-length:257\\n\\n|a body is larger than 256 bytes",
        "SEND\\ncontent-length:99999999999999999999\\n\\n|a body is larger than 256 bytes",
        "SEND\\ncontent-length:1\\n\\nab\\0|a body is followed by NUL, after as many octets as"
            + " content-length says",
        "SUBSCRIBE\\n\\nbody\\0|only SEND has a body, SUBSCRIBE has none",
      })
  void invalidFramesNameTheBrokenRule(String written, String rule) {
    String text = written.replace("\\n", "\n").replace("\\0", "\0");
    assertThatThrownBy(() -> decode(StompVersion.V1_2, text))
        .isInstanceOf(ProtocolException.class)
        .hasMessage(rule);
  }

  @Test
  void unknownCommandIsTheSameErrorSplitAtEveryPosition() {
    byte[] request = utf8("GET / HTTP/1.1\r\n");
    for (int split = 0; split <= request.length; split++) {
      StompDecoder divided = new StompDecoder(LIMITS, frames::add);
      byte[] first = Arrays.copyOfRange(request, 0, split);
      byte[] second = Arrays.copyOfRange(request, split, request.length);
      assertThatThrownBy(
              () -> {
                divided.decode(first);
                divided.decode(second);
              })
          .as("split at " + split)
          .hasMessageEndingWith("not with \"GET / HTTP/1\"");
    }
  }

  @Test
  void tooLargeFramesAreRefused() {
    String headers = "SEND\n" + "a:b\n".repeat(11);
    assertThatThrownBy(() -> decode(null, headers)).hasMessage("a frame has more than 10 headers");
    assertThatThrownBy(
            () -> new StompDecoder(LIMITS, f -> {}).decode(utf8("SEND\n" + "a".repeat(99))))
        .hasMessage("a header line is longer than 64 bytes");
    assertThatThrownBy(
            () -> new StompDecoder(LIMITS, f -> {}).decode(utf8("SEND\n\n" + "a".repeat(257))))
        .hasMessage("a body is larger than 256 bytes");
  }

  @Test
  void headersThatAreNotUtf8AreRefused() {
    assertThatThrownBy(
            () ->
                decoder.decode(new byte[] {'S', 'E', 'N', 'D', '\n', 'a', ':', (byte) 0xFF, '\n'}))
        .hasMessage("commands and headers are UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\t", "\\", "\\x", "\\N"})
  void unknownEscapesAreRefused(String escape) {
    assertThatThrownBy(() -> decode(StompVersion.V1_2, "SEND\na:" + escape + "\n"))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("a header has an escape that STOMP 1.2 does not have");
  }

  @Test
  void eachVersionHasItsOwnEscapes() {
    assertThat(decode(StompVersion.V1_1, "SEND\na:\\n\\c\\\\\n\n\0").get(0).getHeader("a"))
        .isEqualTo("\n:\\");
    assertThatThrownBy(() -> decode(StompVersion.V1_1, "SEND\na:\\r\n"))
        .hasMessageContaining("STOMP 1.1 does not have");
    StompDecoder old = new StompDecoder(LIMITS, frames::add);
    old.version(StompVersion.V1_0);
    old.decode(utf8("SEND\na: \\n\\q \n\n\0"));
    assertThat(frames.get(1).getHeader("a")).isEqualTo("\\n\\q");
  }

  @Test
  void receiptOfAnInvalidFrameIsKnown() {
    assertThatThrownBy(() -> decode(null, "SEND\nreceipt:r1\nbroken\n"))
        .isInstanceOf(ProtocolException.class);
    assertThat(decoder.headersSoFar()).containsEntry("receipt", "r1");
  }

  @Test
  void nothingIsDecodedAfterAnError() {
    assertThatThrownBy(() -> decode(null, "X\n")).isInstanceOf(ProtocolException.class);
    decoder.decode(utf8("SEND\n\n\0"));
    assertThat(frames).isEmpty();
  }

  /**
   * Decodes a million frames, most of them damaged. Each piece gives frames or a ProtocolException.
   */
  @Test
  void garbageYieldsFramesOrAProtocolException() {
    Random random = new Random(42);
    byte[] golden = utf8(GOLDEN.replace("\\r", "").replace("\r", ""));
    int[] counts = new int[2];
    int rounds = 1_000_000 / 6;
    for (int i = 0; i < rounds; i++) {
      byte[] spoilt = spoil(golden, random);
      StompDecoder victim = new StompDecoder(LIMITS, frame -> counts[0]++);
      victim.version(StompVersion.values()[random.nextInt(3)]);
      try {
        int cut = random.nextInt(spoilt.length + 1);
        victim.decode(Arrays.copyOfRange(spoilt, 0, cut));
        victim.decode(Arrays.copyOfRange(spoilt, cut, spoilt.length));
      } catch (ProtocolException e) {
        assertThat(e.getMessage()).isNotBlank();
        counts[1]++;
      }
    }
    assertThat(counts[0]).isGreaterThan(rounds);
    assertThat(counts[1]).isGreaterThan(rounds / 10);
  }

  private static byte[] spoil(byte[] golden, Random random) {
    if (random.nextInt(10) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
    spoilt.writeBytes(golden);
    byte[] bytes = spoilt.toByteArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) SPOILS.charAt(random.nextInt(SPOILS.length()));
    }
    return random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  @Test
  void endlessStreamDoesNotGrowTheBuffer() {
    byte[] frame = utf8("SEND\ndestination:/topic/a\n\nbody\0\n");
    byte[] many = new byte[frame.length * 1000];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(frame, 0, many, i * frame.length, frame.length);
    }
    long[] count = new long[1];
    StompDecoder endless =
        new StompDecoder(
            LIMITS,
            received -> {
              assertThat(received.getCommand()).isEqualTo(Command.SEND);
              count[0]++;
            });
    for (int i = 0; i < 100; i++) {
      endless.decode(many);
      endless.decode(utf8("\n".repeat(10_000)));
    }
    assertThat(count[0]).isEqualTo(100_000);
    assertThat(endless.keptBytes()).isLessThanOrEqualTo(512);
  }
}
