package io.busbar.protocol.engineio;

import static io.busbar.protocol.engineio.EngineRevision.FOUR;
import static io.busbar.protocol.engineio.EngineRevision.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets as WebSocket frames; engine.io-parser 5.2 and 2.2 wrote the expected values. */
class EngineRevisionTest {
  private static final String TRICKY = "aé雪\uD83D\uDE00\u2028";
  private static final Buffer BYTES = Buffer.buffer(new byte[] {0, 1, -1, -6});

  private static Buffer buffer(int... bytes) {
    Buffer buffer = Buffer.buffer();
    for (int one : bytes) {
      buffer.appendByte((byte) one);
    }
    return buffer;
  }

  private static String text(EncodedMessage encoded) {
    assertThat(encoded.isBinary()).isFalse();
    return new String(encoded.bytes(), StandardCharsets.UTF_8);
  }

  private static Buffer bytes(EncodedMessage encoded) {
    assertThat(encoded.isBinary()).isTrue();
    return Buffer.buffer(encoded.bytes());
  }

  private static void isRefused(EngineRevision revision, String frame, String rule) {
    assertThatThrownBy(() -> revision.decode(frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessage(rule);
  }

  private static void isRefused(EngineRevision revision, Buffer frame, String rule) {
    assertThatThrownBy(() -> revision.decode(frame))
        .isInstanceOf(ProtocolException.class)
        .hasMessage(rule);
  }

  @Test
  void revisionIsFoundByItsNumber() {
    assertThat(EngineRevision.of("3")).isEqualTo(THREE);
    assertThat(EngineRevision.of("4")).isEqualTo(FOUR);
    assertThat(EngineRevision.of("5")).isNull();
    assertThat(EngineRevision.of("04")).isNull();
    assertThat(EngineRevision.of(null)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void textPacketHasATypeDigitBeforeItsData(EngineRevision revision) {
    assertThat(text(revision.encode(EnginePacket.message(TRICKY)))).isEqualTo('4' + TRICKY);
    assertThat(text(revision.encode(EnginePacket.of(Type.PING, "probe")))).isEqualTo("2probe");
    assertThat(text(revision.encode(EnginePacket.of(Type.NOOP)))).isEqualTo("6");
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeIsDecodedAsItWasEncoded(EngineRevision revision) {
    for (Type type : Type.values()) {
      for (String data : List.of("", TRICKY)) {
        EnginePacket packet = EnginePacket.of(type, data);
        assertThat(revision.decode(text(revision.encode(packet)))).isEqualTo(packet);
      }
    }
  }

  @Test
  void binaryPacketHasATypeByteInRevisionThreeOnly() {
    EnginePacket packet = EnginePacket.message(BYTES);
    assertThat(bytes(FOUR.encode(packet))).isEqualTo(BYTES);
    assertThat(bytes(THREE.encode(packet))).isEqualTo(buffer(4, 0, 1, 255, 250));
    assertThat(FOUR.decode(BYTES)).isEqualTo(packet);
    assertThat(THREE.decode(buffer(4, 0, 1, 255, 250))).isEqualTo(packet);
  }

  @Test
  void binaryMessageMayBeEmpty() {
    EnginePacket packet = EnginePacket.message(Buffer.buffer());
    assertThat(bytes(FOUR.encode(packet))).isEqualTo(Buffer.buffer());
    assertThat(bytes(THREE.encode(packet))).isEqualTo(buffer(4));
    assertThat(FOUR.decode(Buffer.buffer())).isEqualTo(packet);
    assertThat(THREE.decode(buffer(4))).isEqualTo(packet);
    assertThat(FOUR.decode("b")).isEqualTo(packet);
    assertThat(THREE.decode("b4")).isEqualTo(packet);
  }

  @Test
  void bytesInTextFramesAreBase64() {
    EnginePacket packet = EnginePacket.message(BYTES);
    assertThat(text(FOUR.encodeAsText(packet))).isEqualTo("bAAH/+g==");
    assertThat(text(THREE.encodeAsText(packet))).isEqualTo("b4AAH/+g==");
    assertThat(FOUR.decode("bAAH/+g==")).isEqualTo(packet);
    assertThat(THREE.decode("b4AAH/+g==")).isEqualTo(packet);
  }

  @Test
  void base64MayContainLineBreaks() {
    EnginePacket packet = EnginePacket.message(BYTES);
    assertThat(FOUR.decode("bAAH/\n+g==\n")).isEqualTo(packet);
    assertThat(THREE.decode("b4AAH/\n+g==\n")).isEqualTo(packet);
  }

  @ParameterizedTest
  @EnumSource
  void emptyTextFrameIsRefused(EngineRevision revision) {
    isRefused(revision, "", "a packet is not empty");
  }

  @ParameterizedTest
  @EnumSource
  void unknownTypeIsRefused(EngineRevision revision) {
    for (String frame : List.of("7", "x", "-1", " 4", "\u0664", "B", "\uD83D\uDE00")) {
      isRefused(revision, frame, "a packet begins with its type, 0 to 6");
    }
  }

  @Test
  void invalidBase64IsRefused() {
    for (String bad : List.of("A", "AAAA=", "=", "A-_A", "AA AA", "AA\rAA", "AA==AA==", "é")) {
      isRefused(FOUR, 'b' + bad, "what follows a b is base64");
      isRefused(THREE, "b4" + bad, "what follows a b is base64");
    }
  }

  @Test
  void bytesInOtherPacketsThanMessagesAreRefused() {
    isRefused(THREE, buffer(2, 1), "only messages have bytes");
    isRefused(THREE, "b0AAAA", "only messages have bytes");
    isRefused(THREE, buffer(7), "a packet begins with its type, 0 to 6");
    isRefused(THREE, buffer('4', 1), "a packet begins with its type, 0 to 6");
    isRefused(THREE, buffer(255), "a packet begins with its type, 0 to 6");
    isRefused(THREE, "b", "a packet begins with its type, 0 to 6");
    isRefused(THREE, Buffer.buffer(), "a packet is not empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EnginePacket(Type.PING, null, Buffer.buffer()));
  }

  @Test
  void packetNeedsEitherTextOrBytes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EnginePacket(Type.MESSAGE, null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EnginePacket(Type.MESSAGE, "", Buffer.buffer()));
  }

  @Test
  void openPacketContainsTheSessionParameters() {
    OpenPacket open = new OpenPacket("id", List.of("websocket"), 25_000, 20_000, 1_000_000);
    assertThat(text(FOUR.encode(open.packet())))
        .isEqualTo(
            "0{\"sid\":\"id\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
                + "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  }

  @Test
  void openPacketMayOfferNoUpgrades() {
    OpenPacket open = new OpenPacket("id", List.of(), 25_000, 20_000, 1_000_000);
    JsonObject json = new JsonObject(open.packet().text());
    assertThat(json.getJsonArray("upgrades")).isEmpty();
  }
}
