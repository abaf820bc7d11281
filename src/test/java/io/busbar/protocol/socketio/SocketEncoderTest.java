package io.busbar.protocol.socketio;

import static io.busbar.protocol.socketio.SocketPacket.NO_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.socketio.SocketPacket.Type;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Encoded packets; socket.io-parser 4.2 and 3.4 wrote the expected values. */
class SocketEncoderTest {
  private static String text(SocketPacket packet) {
    EncodedPacket encoded = SocketEncoder.encode(packet);
    assertThat(encoded.attachments()).isEmpty();
    return encoded.text();
  }

  private static Buffer bytes(int... all) {
    Buffer buffer = Buffer.buffer();
    for (int one : all) {
      buffer.appendByte((byte) one);
    }
    return buffer;
  }

  @Test
  void eventsMatchTheEncodingOfTheJavaScriptParser() {
    assertThat(text(SocketPacket.event("/", NO_ID, JsonArray.of("a")))).isEqualTo("2[\"a\"]");
    JsonObject argument =
        new JsonObject().putNull("x").put("y", 1.5).put("z", "\u2028\uD83D\uDE00\"\\");
    assertThat(text(SocketPacket.event("/admin", 13, JsonArray.of("a", argument))))
        .isEqualTo("2/admin,13[\"a\",{\"x\":null,\"y\":1.5,\"z\":\"\u2028\uD83D\uDE00\\\"\\\\\"}]");
  }

  @Test
  void otherPacketsMatchTheEncodingOfTheJavaScriptParser() {
    assertThat(text(SocketPacket.ack("/admin", 456, new JsonArray()))).isEqualTo("3/admin,456[]");
    assertThat(text(SocketPacket.connect("/", JsonObject.of("sid", "x"))))
        .isEqualTo("0{\"sid\":\"x\"}");
    assertThat(text(SocketPacket.connect("/", null))).isEqualTo("0");
    assertThat(text(new SocketPacket(Type.CONNECT, "/admin", "token=1", NO_ID, null)))
        .isEqualTo("0/admin?token=1,");
    assertThat(text(SocketPacket.disconnect("/admin"))).isEqualTo("1/admin,");
    assertThat(text(SocketPacket.connectError("/x", JsonObject.of("message", "no"))))
        .isEqualTo("4/x,{\"message\":\"no\"}");
    assertThat(text(SocketPacket.connectError("/x", "no"))).isEqualTo("4/x,\"no\"");
  }

  @Test
  void bytesBecomeAttachmentsAtEveryDepth() {
    JsonArray data =
        JsonArray.of(
            "b",
            bytes(1, 2),
            new JsonObject()
                .put("k", new JsonArray().add(bytes()).add(Map.of("d", new byte[] {-1}))));
    EncodedPacket encoded = SocketEncoder.encode(SocketPacket.event("/", 0, data));
    assertThat(encoded.text())
        .isEqualTo(
            "53-0[\"b\",{\"_placeholder\":true,\"num\":0},{\"k\":[{\"_placeholder\":true,\"num\":1},"
                + "{\"d\":{\"_placeholder\":true,\"num\":2}}]}]");
    assertThat(encoded.attachments()).containsExactly(bytes(1, 2), bytes(), bytes(255));
  }

  @Test
  void acknowledgementMayHaveBytes() {
    EncodedPacket encoded = SocketEncoder.encode(SocketPacket.ack("/n", 7, JsonArray.of(bytes(9))));
    assertThat(encoded.text()).isEqualTo("61-/n,7[{\"_placeholder\":true,\"num\":0}]");
    assertThat(encoded.attachments()).containsExactly(bytes(9));
  }

  @Test
  void encodingDoesNotChangeThePacket() {
    JsonArray data = JsonArray.of("a", JsonObject.of("x", bytes(1)));
    SocketPacket packet = SocketPacket.event("/", NO_ID, data);
    EncodedPacket once = SocketEncoder.encode(packet);
    assertThat(SocketEncoder.encode(packet)).isEqualTo(once);
    assertThat(((JsonObject) data.getList().get(1)).getMap()).containsEntry("x", bytes(1));
  }

  @Test
  void fakePlaceholderIsDisabledNextToAttachments() {
    JsonObject fake = JsonObject.of("_placeholder", true, "num", 0);
    assertThat(text(SocketPacket.event("/", NO_ID, JsonArray.of("a", fake))))
        .isEqualTo("2[\"a\",{\"_placeholder\":true,\"num\":0}]");
    EncodedPacket encoded =
        SocketEncoder.encode(SocketPacket.event("/", NO_ID, JsonArray.of("a", fake, bytes(1))));
    assertThat(encoded.text())
        .isEqualTo(
            "51-[\"a\",{\"_placeholder\":false,\"num\":0},{\"_placeholder\":true,\"num\":0}]");
    assertThat(fake.getBoolean("_placeholder")).isTrue();
  }

  @Test
  void numberThatIsNotFiniteIsNull() {
    JsonArray data = JsonArray.of("a", Double.NaN, JsonObject.of("x", Float.NEGATIVE_INFINITY));
    assertThat(text(SocketPacket.event("/", NO_ID, data))).isEqualTo("2[\"a\",null,{\"x\":null}]");
  }

  @Test
  void loneSurrogateIsEscaped() {
    List<String> halves = List.of("\uD800", "x\uDC00y", "\uDC00\uD83D\uDE00\uD800", "\uD800\uD800");
    List<String> written =
        List.of("\\ud800", "x\\udc00y", "\\udc00\uD83D\uDE00\\ud800", "\\ud800\\ud800");
    for (int i = 0; i < halves.size(); i++) {
      assertThat(text(SocketPacket.event("/", NO_ID, JsonArray.of(1, halves.get(i)))))
          .isEqualTo("2[1,\"" + written.get(i) + "\"]");
      assertThat(new Decoded(SocketProtocol.FIVE).feed("2[1,\"" + written.get(i) + "\"]").only())
          .isEqualTo(SocketPacket.event("/", NO_ID, JsonArray.of(1, halves.get(i))));
    }
  }
}
