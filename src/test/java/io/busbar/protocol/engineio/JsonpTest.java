package io.busbar.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** JSONP; engine.io and engine.io-client 3 wrote the expected values. */
class JsonpTest {
  private static ByteBuf utf8(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private static Buffer form(String field) {
    return Buffer.buffer("d=" + URLEncoder.encode(field, StandardCharsets.UTF_8));
  }

  private static void isRefused(ThrowingCallable step, String rule) {
    assertThatThrownBy(step).isInstanceOf(ProtocolException.class).hasMessage(rule);
  }

  @Test
  void responseIsAScriptThatCallsTheCallback() {
    assertThat(Jsonp.answer("7", utf8("4[\"\u2028\u2029\\n\uD83D\uDE00\"]")))
        .hasToString("___eio[7](\"4[\\\"\\u2028\\u2029\\\\n\uD83D\uDE00\\\"]\");");
  }

  @Test
  void callbackIndexThatIsNotANumberIsRefused() {
    assertThat(Jsonp.index("0")).isEqualTo("0");
    assertThat(Jsonp.index("1234567890")).isEqualTo("1234567890");
    for (String j : List.of("", "x", "1]", "-1", "1.0", "12345678901", "1\n", "١")) {
      isRefused(() -> Jsonp.index(j), "j is a number");
      isRefused(() -> Jsonp.answer(j, utf8("")), "j is a number");
    }
    isRefused(() -> Jsonp.index(null), "j is a number");
  }

  @Test
  void escapedNewlinesOfAFormAreDecoded() {
    Map.of(
            "a\\nb", "a\nb",
            "[\"x\\\\ny\"]", "[\"x\\ny\"]",
            "[\"x\\\\\\ny\"]", "[\"x\\\\ny\"]",
            "\\\\\\\\n", "\\\\\\n",
            "\\\\\\\\\\n", "\\\\\\\\n",
            "\\n\\\\n\\n", "\n\\n\n",
            "\\", "\\")
        .forEach((sent, meant) -> assertThat(Jsonp.payload(form(sent))).hasToString(meant));
  }

  @Test
  void formFieldIsUnescaped() {
    assertThat(Jsonp.payload(form("7:4aé雪\uD83D\uDE00 +%&=")))
        .hasToString("7:4aé雪\uD83D\uDE00 +%&=");
    assertThat(Jsonp.payload(Buffer.buffer("d=3:4+%26"))).hasToString("3:4 &");
    assertThat(Jsonp.payload(Buffer.buffer("d=é"))).hasToString("é");
  }

  @Test
  void firstOfRepeatedFormFieldsCounts() {
    assertThat(Jsonp.payload(Buffer.buffer("x=1&dd=2&d=1:6&d=1:1&y=2"))).hasToString("1:6");
    assertThat(Jsonp.payload(Buffer.buffer("d="))).hasToString("");
  }

  @Test
  void formWithoutTheFieldIsRefused() {
    for (String form : List.of("", "x=1", "dd=1", "D=1", "x&d", "1:6")) {
      isRefused(() -> Jsonp.payload(Buffer.buffer(form)), "a form has a field d");
    }
  }

  @Test
  void invalidEscapeIsRefused() {
    for (String form : List.of("d=%", "d=%4", "d=%zz", "d=1:%")) {
      isRefused(
          () -> Jsonp.payload(Buffer.buffer(form)),
          "in a form % is followed by two hexadecimal digits");
    }
  }

  @Test
  void invalidUtf8InAFormIsRefused() {
    PayloadCodec codec = EngineRevision.THREE.uploads(false);
    Buffer payload = Jsonp.payload(Buffer.buffer("d=2:4%FF"));
    isRefused(() -> codec.decode(payload, 1), "a text message is not UTF-8");
  }
}
