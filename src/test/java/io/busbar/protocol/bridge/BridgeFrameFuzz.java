package io.busbar.protocol.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.hub.Payload;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feeds random messages, which must give a frame or an error code of the bridge. Messages are
 * complete before they are decoded.
 */
final class BridgeFrameFuzz {
  static Stream<byte[]> golden() {
    return Stream.of(
            "{\"type\":\"register\",\"address\":\"public.a\"}",
            "{\"type\":\"unregister\",\"address\":\"public.a\"}",
            "{\"type\":\"publish\",\"address\":\"public.a\",\"body\":{\"a\":[1,2.5e3,null,true]},"
                + "\"headers\":{\"a\":\"b\",\"c\":[1,false]}}",
            "{\"type\":\"send\",\"address\":7,\"body\":-123456789012345678901234567890,"
                + "\"replyAddress\":\"a-reply\"}",
            "{\"type\":\"send\",\"address\":\"\\u00e4\\ud83d\\ude00\",\"body\":1e999}",
            "{\"type\":\"login\",\"username\":\"demo\",\"password\":\"demo\"}",
            "{\"type\":\"refresh\",\"token\":\"a.b.c\"}",
            "{\"type\":\"ping\"} // and a comment")
        .map(message -> message.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("golden")
  @FuzzTest
  void messageIsDecodedOrRefusedWithACode(byte[] data) {
    try {
      BridgeFrame frame = BridgeFrame.parse(Utf8.decode(data));
      switch (frame.type()) {
        case PING -> assertThat(frame.address()).isEmpty();
        case LOGIN, REFRESH -> assertThat(frame.login()).isNotNull();
        case REGISTER, UNREGISTER -> assertThat(frame.address()).isNotNull();
        case PUBLISH, SEND -> assertValidMessage(frame);
      }
    } catch (BridgeException e) {
      assertThat(e.code()).isNotBlank();
      assertThat(e.getMessage()).isNotBlank();
    } catch (ProtocolException e) {
      assertThat(e.disconnect().code()).isEqualTo(1007);
    }
  }

  private static void assertValidMessage(BridgeFrame frame) {
    assertThat(frame.address()).isNotNull();
    if (frame.replyAddress() != null) {
      assertThat(frame.replyAddress().length()).isLessThanOrEqualTo(36);
    }
    if (frame.headers() != null) {
      frame.headers().forEach(header -> assertThat(header.getValue()).isNotNull());
    }
    if (frame.body().isFinite()) {
      assertBodyRoundTrips(frame.body());
    }
  }

  private static void assertBodyRoundTrips(Payload body) {
    Object again = Json.decodeValue(Buffer.buffer(body.json()));
    assertThat(new JsonArray().add(again)).isEqualTo(new JsonArray().add(body.body()));
  }
}
