package io.busbar.protocol.sockjs;

import static io.busbar.protocol.sockjs.SockJsServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.hub.EncodedMessage;
import io.netty.buffer.ByteBuf;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** sockjs-protocol 0.3.3, "JSON Unicode Encoding", over the wire and byte for byte. */
class JsonEncodingTest {
  @RegisterExtension static final SockJsServer SERVER = new SockJsServer();

  private static final Pattern ESCAPED_BY_SERVER =
      Pattern.compile("[\\u200c-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufff0-\\uffff]");
  private static final Pattern ESCAPED_BY_CLIENT =
      Pattern.compile(
          "[\\\\\"\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u0600-\\u0604\\u070f\\u17b4\\u17b5\\u2000-\\u20ff"
              + "\\ufeff\\ufff0-\\uffff\\u0300-\\u0333\\u033d-\\u0346\\u0374\\u037e\\u0387"
              + "\\u0591-\\u05af\\u0958-\\u095f\\u1f71\\u2126\\u212a-\\u212b\\uf900-\\ufa0d]");

  private static String matchingCharacters(Pattern pattern, int from, boolean escaped) {
    StringBuilder all = new StringBuilder();
    for (int code = from; code < 65536; code++) {
      if (pattern.matcher(String.valueOf((char) code)).matches()) {
        all.append(escaped ? "\\u%04x".formatted(code) : String.valueOf((char) code));
      }
    }
    return all.toString();
  }

  @Test
  void serverEscapesCharactersThatBrowsersMangle() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    String raw = matchingCharacters(ESCAPED_BY_SERVER, 255, false);
    assertThat(SERVER.post(url + "/xhr_send", "[\"" + raw + "\"]").status()).isEqualTo(204);
    assertThat(SERVER.post(url + "/xhr", "").body())
        .isEqualTo("a[\"" + matchingCharacters(ESCAPED_BY_SERVER, 255, true) + "\"]\n");
  }

  @Test
  void serverAcceptsAllEscapesOfTheClient() throws IOException {
    String url = fresh("/echo");
    assertThat(SERVER.post(url + "/xhr", "").body()).isEqualTo("o\n");
    String escaped = matchingCharacters(ESCAPED_BY_CLIENT, 0, true);
    assertThat(SERVER.post(url + "/xhr_send", "[\"" + escaped + "\"]").status()).isEqualTo(204);
    String body = SERVER.post(url + "/xhr", "").body();
    assertThat(new JsonArray(body.substring(1)).getString(0))
        .isEqualTo(matchingCharacters(ESCAPED_BY_CLIENT, 0, false));
  }

  private static String escaped(String text) {
    return JsonString.escape(text);
  }

  @Test
  void plainTextIsNotCopied() {
    EncodedMessage encoded = EncodedMessage.text("plain text, ä and 雪 too");
    assertThat(SockJsFraming.BARE.prepare(encoded)).isSameAs(encoded);
  }

  @Test
  void shortEscapesAreUsedIfJsonHasThem() {
    assertThat(escaped("\"\\\n\r\t\b\f\u0000\u001f/\u007f"))
        .isEqualTo("\\\"\\\\\\n\\r\\t\\b\\f\\u0000\\u001f/\u007f");
  }

  @Test
  void supplementaryCharacterBecomesTwoSurrogates() {
    assertThat(escaped("x\uD83D\uDE00y")).isEqualTo("x\\ud83d\\ude00y");
  }

  @Test
  void randomTextsAreEscapedReversibly() {
    Random random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int i = 0; i < length; i++) {
        int code = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(0x80);
        text.appendCodePoint(code >= 0xD800 && code < 0xE000 ? 'x' : code);
      }
      assertThat(new JsonArray("[\"" + escaped(text.toString()) + "\"]").getString(0))
          .isEqualTo(text.toString());
    }
  }

  @Test
  void slotMovesWithTheEscapedTextBeforeIt() {
    String text = "a\"b\n\u2028\uD83D\uDE00c";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    for (int chars : new int[] {0, 1, 2, 3, 4, 5, 7, 8}) {
      String before = text.substring(0, chars);
      int slot = before.getBytes(StandardCharsets.UTF_8).length;
      EncodedMessage prepared =
          SockJsFraming.BARE.prepare(EncodedMessage.text(utf8).withSlot(slot));
      String head = new String(prepared.bytes(), 0, prepared.slot(), StandardCharsets.UTF_8);
      assertThat(head).isEqualTo(escaped(before));
      assertThat(new String(prepared.bytes(), StandardCharsets.UTF_8)).isEqualTo(escaped(text));
    }
  }

  @Test
  void messagesAreJoinedIntoOneFrame() {
    List<EncodedMessage> encodedMessages =
        List.of(EncodedMessage.text("a"), EncodedMessage.text("ä"), EncodedMessage.text(""));
    assertThat(text(SockJsFraming.BARE.join(encodedMessages))).isEqualTo("a[\"a\",\"ä\",\"\"]");
    assertThat(text(SockJsFraming.BARE.join(List.of(EncodedMessage.text("a")))))
        .isEqualTo("a[\"a\"]");
  }

  @Test
  void webSocketFrameContainsTheWholeArray() {
    for (int length : new int[] {1, 120, 121, 122, 123, 65_530, 65_531, 65_532, 70_000}) {
      ByteBuf frame =
          SockJsFraming.WEBSOCKET.join(List.of(EncodedMessage.text("x".repeat(length))));
      assertThat(frame.readUnsignedByte()).isEqualTo((short) 0x81);
      int first = frame.readUnsignedByte();
      long size =
          first == 127 ? frame.readLong() : first == 126 ? frame.readUnsignedShort() : first;
      assertThat(size).isEqualTo(length + 5).isEqualTo(frame.readableBytes());
      assertThat(text(frame)).isEqualTo("a[\"" + "x".repeat(length) + "\"]");
    }
  }

  @Test
  void joinedMessagesFillWebSocketFramesUpTo64KiB() {
    Random random = new Random(15);
    for (int most : new int[] {1, 40, 5_000, 100_000}) {
      List<EncodedMessage> encodedMessages = new ArrayList<>();
      StringBuilder said = new StringBuilder();
      for (int bytes = 0;
          bytes < 300_000;
          bytes += encodedMessages.get(encodedMessages.size() - 1).size() + 1) {
        String text = "x".repeat(random.nextInt(most + 1));
        encodedMessages.add(EncodedMessage.text(text));
        said.append(said.isEmpty() ? "" : ",").append('"').append(text).append('"');
      }
      ByteBuf joined = SockJsFraming.WEBSOCKET.join(encodedMessages);
      List<String> frames = frames(joined);
      joined.release();
      assertThat(String.join(",", frames)).isEqualTo(said.toString());
      for (int i = 0; i < frames.size(); i++) {
        boolean single = frames.get(i).indexOf(',') < 0;
        assertThat(single || frames.get(i).length() + 3 <= 65_536).isTrue();
        if (i > 0) {
          String next = frames.get(i).split(",", 2)[0];
          assertThat(frames.get(i - 1).length() + 4 + next.length()).isGreaterThan(65_536);
        }
      }
    }
  }

  /** Returns the content between the brackets of each frame. */
  private static List<String> frames(ByteBuf joined) {
    List<String> frames = new ArrayList<>();
    while (joined.isReadable()) {
      assertThat(joined.readUnsignedByte()).isEqualTo((short) 0x81);
      int first = joined.readUnsignedByte();
      long size =
          first == 127 ? joined.readLong() : first == 126 ? joined.readUnsignedShort() : first;
      String frame = joined.readCharSequence((int) size, StandardCharsets.UTF_8).toString();
      assertThat(frame).startsWith("a[").endsWith("]");
      frames.add(frame.substring(2, frame.length() - 1));
    }
    return frames;
  }

  @Test
  void invalidUtf8BecomesReplacementCharacters() {
    EncodedMessage prepared =
        SockJsFraming.BARE.prepare(EncodedMessage.binary(new byte[] {'a', (byte) 0xFF, '"'}));
    assertThat(new String(prepared.bytes(), StandardCharsets.UTF_8)).isEqualTo("a\\ufffd\\\"");
  }

  private static String text(ByteBuf bytes) {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.release();
    return text;
  }
}
