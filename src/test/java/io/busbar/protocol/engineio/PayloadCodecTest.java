package io.busbar.protocol.engineio;

import static io.busbar.protocol.engineio.EngineRevision.FOUR;
import static io.busbar.protocol.engineio.EngineRevision.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.engineio.EnginePacket.Type;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Payloads; engine.io-parser 5.2 and 2.2 wrote the expected values. */
class PayloadCodecTest {
  private static final int MOST = 1_000;
  private static final PayloadCodec SEPARATED = FOUR.answers(true);
  private static final PayloadCodec TEXT = THREE.answers(true);
  private static final PayloadCodec BINARY = THREE.answers(false);

  private static final List<EnginePacket> TRICKY =
      List.of(
          EnginePacket.message("aé雪\uD83D\uDE00\u2028"),
          EnginePacket.message(Buffer.buffer()),
          EnginePacket.message(Buffer.buffer(new byte[] {0, 1, -1, -6})),
          EnginePacket.of(Type.PING, "probe"),
          EnginePacket.of(Type.NOOP));
  private static final String TRICKY_SEPARATED =
      "4aé雪\uD83D\uDE00\u2028\u001eb\u001ebAAH/+g==\u001e2probe\u001e6";
  private static final String TRICKY_TEXT = "7:4aé雪\uD83D\uDE00\u20282:b410:b4AAH/+g==6:2probe1:6";
  private static final String TRICKY_BINARY =
      "000104ff3461c3a9e99baaf09f9880e280a80101ff040105ff040001fffa0006ff3270726f62650001ff36";

  /** Returns these packets in one payload. */
  static Buffer joined(PayloadCodec codec, List<EnginePacket> packets) {
    List<EncodedMessage> encoded = packets.stream().map(codec::encode).toList();
    ByteBuf payload = codec.join(encoded);
    try {
      return Buffer.buffer(ByteBufUtil.getBytes(payload));
    } finally {
      payload.release();
    }
  }

  private static Buffer hex(String digits) {
    return Buffer.buffer(HexFormat.of().parseHex(digits));
  }

  private static void isRefused(PayloadCodec codec, Buffer payload, String rule) {
    assertThatThrownBy(() -> codec.decode(payload, MOST))
        .isInstanceOf(ProtocolException.class)
        .hasMessage(rule);
  }

  private static void isRefused(PayloadCodec codec, String payload, String rule) {
    isRefused(codec, Buffer.buffer(payload), rule);
  }

  @Test
  void revisionFourSeparatesPacketsAndUsesBase64() {
    assertThat(joined(SEPARATED, TRICKY)).hasToString(TRICKY_SEPARATED);
    assertThat(SEPARATED.decode(Buffer.buffer(TRICKY_SEPARATED), MOST)).isEqualTo(TRICKY);
    assertThat(SEPARATED.isBinary()).isFalse();
  }

  @Test
  void textLengthOfRevisionThreeIsInUtf16Units() {
    assertThat(joined(TEXT, TRICKY)).hasToString(TRICKY_TEXT);
    assertThat(TEXT.decode(Buffer.buffer(TRICKY_TEXT), MOST)).isEqualTo(TRICKY);
    assertThat(TEXT.isBinary()).isFalse();
  }

  @Test
  void binaryLengthOfRevisionThreeIsInBytes() {
    assertThat(joined(BINARY, TRICKY)).isEqualTo(hex(TRICKY_BINARY));
    assertThat(BINARY.decode(hex(TRICKY_BINARY), MOST)).isEqualTo(TRICKY);
    assertThat(BINARY.isBinary()).isTrue();
  }

  @Test
  void lengthOfSeveralDigitsIsDecodedAsItWasEncoded() {
    EnginePacket packet = EnginePacket.message("ä".repeat(1_023));
    List<EnginePacket> packets = List.of(packet, packet);
    assertThat(joined(TEXT, packets).toString()).startsWith("1024:4ä");
    assertThat(joined(BINARY, packets).getBytes())
        .startsWith((byte) 0, (byte) 2, (byte) 0, (byte) 4, (byte) 7, (byte) 255, (byte) '4');
    assertThat(TEXT.decode(joined(TEXT, packets), MOST)).isEqualTo(packets);
    assertThat(BINARY.decode(joined(BINARY, packets), MOST)).isEqualTo(packets);
  }

  @Test
  void binaryPayloadMayContainBase64Text() {
    Buffer payload = hex("0006ff").appendString("b4AQID");
    assertThat(BINARY.decode(payload, MOST))
        .containsExactly(EnginePacket.message(Buffer.buffer(new byte[] {1, 2, 3})));
  }

  @Test
  void uploadsOfRevisionThreeMayBeTextOrBinary() {
    assertThat(THREE.uploads(false).decode(Buffer.buffer("1:6"), MOST)).hasSize(1);
    assertThat(THREE.uploads(true).decode(hex("0001ff36"), MOST)).hasSize(1);
  }

  @Test
  void binaryUploadOfRevisionFourIsRefused() {
    assertThat(FOUR.uploads(false)).isSameAs(SEPARATED);
    assertThatThrownBy(() -> FOUR.uploads(true))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("payloads of revision 4 are text");
  }

  @Test
  void emptyPayloadIsRefused() {
    isRefused(SEPARATED, "", "a packet is not empty");
    isRefused(TEXT, "", "a packet has its length in front");
    isRefused(BINARY, "", "a packet begins with 0 for text or 1 for bytes");
  }

  @Test
  void emptyPacketIsRefused() {
    for (String payload : List.of("4a\u001e", "\u001e4a", "4a\u001e\u001e4b", "\u001e")) {
      isRefused(SEPARATED, payload, "a packet is not empty");
    }
    isRefused(TEXT, "0:", "a packet is not empty");
    isRefused(TEXT, "2:4a0:", "a packet is not empty");
    isRefused(BINARY, hex("0000ff"), "a packet is not empty");
    isRefused(BINARY, hex("0100ff"), "a packet is not empty");
  }

  @Test
  void lengthBeyondTheEndIsRefused() {
    String rule = "a packet is as long as its length says";
    for (String payload : List.of("3:4a", "2:4a2:4", "2:4", "9999999999:4a", "1", "1:", "12")) {
      isRefused(TEXT, payload, rule);
    }
    isRefused(BINARY, hex("0003ff3461"), rule);
    isRefused(BINARY, hex("01090909090909090909ff04"), rule);
    isRefused(BINARY, hex("0001"), rule);
    isRefused(BINARY, hex("0001ff"), rule);
  }

  @Test
  void lengthThatIsNotADecimalNumberIsRefused() {
    String rule = "a length is a decimal number";
    for (String payload : List.of("-1:4", "+2:4a", " 2:4a", "2 :4a", "0x2:4a", "2.0:4a", "٢:4a")) {
      isRefused(TEXT, payload, rule);
    }
    isRefused(BINARY, hex("000aff34"), rule);
    isRefused(BINARY, hex("0032ff3461"), rule);
  }

  @Test
  void lengthThatBeginsWithZeroIsRefused() {
    isRefused(TEXT, "02:4a", "a length does not begin with 0");
    isRefused(TEXT, "00:", "a length does not begin with 0");
    isRefused(BINARY, hex("000002ff3461"), "a length does not begin with 0");
  }

  @Test
  void lengthOfMoreThanTenDigitsIsRefused() {
    isRefused(TEXT, "1".repeat(11) + ":4a", "a length has at most 10 digits");
    isRefused(TEXT, "9".repeat(100_000), "a length has at most 10 digits");
    isRefused(BINARY, hex("00" + "01".repeat(11) + "ff34"), "a length has at most 10 digits");
  }

  @Test
  void packetWithoutALengthIsRefused() {
    isRefused(TEXT, ":4a", "a packet has its length in front");
    isRefused(TEXT, "2:4a:4b", "a packet has its length in front");
    isRefused(BINARY, hex("00ff3461"), "a packet has its length in front");
    isRefused(BINARY, hex("00"), "a packet has its length in front");
  }

  @Test
  void lengthThatSplitsACharacterIsRefused() {
    isRefused(TEXT, "2:4\uD83D\uDE001:6", "a length does not cut a character in two");
    assertThat(TEXT.decode(Buffer.buffer("3:4\uD83D\uDE001:6"), MOST)).hasSize(2);
  }

  @Test
  void invalidUtf8IsRefused() {
    Buffer half =
        Buffer.buffer("4").appendBytes(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
    isRefused(SEPARATED, half, "a text message is not UTF-8");
    isRefused(TEXT, Buffer.buffer("2:").appendBuffer(half), "a text message is not UTF-8");
    isRefused(BINARY, hex("0004ff34eda080"), "a text message is not UTF-8");
    isRefused(BINARY, hex("0002ff34f0"), "a text message is not UTF-8");
  }

  @Test
  void packetWithoutAKindInABinaryPayloadIsRefused() {
    String rule = "a packet begins with 0 for text or 1 for bytes";
    isRefused(BINARY, hex("0201ff36"), rule);
    isRefused(BINARY, hex("0001ff3636"), rule);
    isRefused(BINARY, Buffer.buffer("1:6"), rule);
  }

  @Test
  void payloadWithAnInvalidPacketIsRefused() {
    isRefused(SEPARATED, "4a\u001e7", "a packet begins with its type, 0 to 6");
    isRefused(SEPARATED, "4a\u001eb!", "what follows a b is base64");
    isRefused(TEXT, "2:4a1:x", "a packet begins with its type, 0 to 6");
    isRefused(BINARY, hex("0101ff02"), "only messages have bytes");
  }

  @Test
  void tooManyPacketsAreRefused() {
    for (PayloadCodec codec : List.of(SEPARATED, TEXT, BINARY)) {
      EnginePacket packet = EnginePacket.of(Type.NOOP);
      Buffer three = joined(codec, List.of(packet, packet, packet));
      assertThat(codec.decode(three, 3)).hasSize(3);
      assertThatThrownBy(() -> codec.decode(three, 2))
          .isInstanceOfSatisfying(
              ProtocolException.class, e -> assertThat(e.disconnect().code()).isEqualTo(1009))
          .hasMessage("a payload has more than 2 packets");
    }
  }
}
