package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MessagePack values beyond the limits. */
class MsgpackLimitsTest {
  private static final String TOO_MUCH =
      "a payload is at most 5 deep, and has at most 40 elements and numbers of 1000 digits";

  private static SocketPacket read(String digits) {
    return MsgpackCodecTest.CODEC.decode(Buffer.buffer(HexFormat.of().parseHex(digits)));
  }

  private static void isRefused(String digits, String rule) {
    assertThatThrownBy(() -> read(digits)).isInstanceOf(ProtocolException.class).hasMessage(rule);
  }

  private static void argumentIsRefused(String digits, String rule) {
    isRefused(MsgpackCodecTest.EVENT + digits, rule);
  }

  @Test
  void declaredLengthsReserveNoMemory() {
    for (String digits :
        List.of("dcffff", "ddffffffff", "dd7fffffff", "deffff", "df7fffffff", "dfffffffff")) {
      assertThatThrownBy(() -> read(digits)).isInstanceOf(ProtocolException.class);
    }
    for (String digits :
        List.of(
            "9f",
            "8f",
            "bf",
            "d9ff",
            "db7fffffff",
            "dbffffffff",
            "c4ff",
            "c67fffffff",
            "c6ffffffff",
            "c97fffffff00",
            "c9ffffffff00")) {
      argumentIsRefused(digits, MsgpackCodecTest.NO_VALUE);
    }
  }

  @Test
  void tooDeepPayloadIsRefused() {
    assertThat(read(MsgpackCodecTest.EVENT + "91919180")).isNotNull();
    argumentIsRefused("9191919180", TOO_MUCH);
    isRefused("91".repeat(900), TOO_MUCH);
    isRefused("81a161".repeat(300), TOO_MUCH);
  }

  @Test
  void tooManyElementsAreRefused() {
    assertThat(read(MsgpackCodecTest.EVENT + "dc0020" + "00".repeat(32))).isNotNull();
    argumentIsRefused("dc0030" + "00".repeat(48), TOO_MUCH);
    argumentIsRefused("92dc0014" + "00".repeat(20) + "dc0014" + "00".repeat(20), TOO_MUCH);
  }

  @Test
  void tooLargePacketIsRefused() {
    assertThatThrownBy(() -> MsgpackCodecTest.CODEC.decode(Buffer.buffer(new byte[1_001])))
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.disconnect().code()).isEqualTo(1009))
        .hasMessage("a packet has more than 1000 bytes");
  }

  @Test
  void tooManyAttachmentsAreRefused() {
    assertThat(read(MsgpackCodecTest.EVENT + "93c400c400c400")).isNotNull();
    argumentIsRefused("94c400c400c400c400", "a packet has more than 3 attachments");
  }

  @Test
  void bytesInAConnectPacketAreRefused() {
    isRefused(
        "83a47479706500a36e7370a12fa46461746181a178c400",
        "only events and acknowledgements have bytes");
  }
}
