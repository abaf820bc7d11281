package io.busbar.protocol.socketio;

import static io.busbar.protocol.socketio.SocketProtocol.FIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.socketio.SocketPacket.Type;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets with bytes; socket.io-parser 4.2 and 3.4 wrote the input. */
class AttachmentsTest {
  private static final String NESTED =
      "53-0[\"b\",{\"_placeholder\":true,\"num\":0},"
          + "{\"k\":[{\"_placeholder\":true,\"num\":1},{\"d\":{\"_placeholder\":true,\"num\":2}}]}]";
  private static final String ONE = "51-[\"a\",{\"_placeholder\":true,\"num\":0}]";
  private static final String HEAD =
      "a packet with bytes has the number of attachments and a hyphen";

  private static Buffer buffer(int... bytes) {
    Buffer buffer = Buffer.buffer();
    for (int one : bytes) {
      buffer.appendByte((byte) one);
    }
    return buffer;
  }

  private static List<?> data(SocketPacket packet) {
    return ((JsonArray) packet.data()).getList();
  }

  private static void isRefused(String text, String rule) {
    assertThat(new Decoded(FIVE).refuses(text, rule).disconnect().code()).isEqualTo(1002);
  }

  @ParameterizedTest
  @EnumSource
  void attachmentsReplaceTheirPlaceholders(SocketProtocol protocol) {
    Decoded decoded = new Decoded(protocol).feed(NESTED).feed((byte) 1, (byte) 2).feed();
    assertThat(decoded.packets()).isEmpty();
    SocketPacket packet = decoded.feed((byte) -1).only();
    assertThat(packet.type()).isEqualTo(Type.EVENT);
    assertThat(packet.id()).isZero();
    assertThat(data(packet))
        .isEqualTo(
            List.of("b", buffer(1, 2), Map.of("k", List.of(buffer(), Map.of("d", buffer(255))))));
  }

  @Test
  void acknowledgementMayHaveBytes() {
    SocketPacket packet =
        new Decoded(FIVE).feed("61-/n,7[{\"_placeholder\":true,\"num\":0}]").feed((byte) 9).only();
    assertThat(packet.type()).isEqualTo(Type.ACK);
    assertThat(packet.namespace()).isEqualTo("/n");
    assertThat(packet.id()).isEqualTo(7);
    assertThat(data(packet)).isEqualTo(List.of(buffer(9)));
  }

  @Test
  void placeholdersMayBeInAnyOrder() {
    SocketPacket packet =
        new Decoded(FIVE)
            .feed("52-[\"a\",{\"_placeholder\":true,\"num\":1},{\"num\":0,\"_placeholder\":true}]")
            .feed((byte) 0)
            .feed((byte) 1)
            .only();
    assertThat(data(packet)).isEqualTo(List.of("a", buffer(1), buffer(0)));
  }

  @Test
  void attachmentMayHaveNoPlaceholder() {
    SocketPacket packet = new Decoded(FIVE).feed("51-[\"a\"]").feed((byte) 1).only();
    assertThat(data(packet)).isEqualTo(List.of("a"));
  }

  @Test
  void secondPlaceholderOfAnAttachmentIsRefused() {
    isRefused(
        "51-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
        "an attachment has one placeholder");
  }

  @Test
  void placeholderWithAnInvalidNumberIsRefused() {
    for (String num :
        List.of("1", "-1", "0.5", "\"0\"", "null", "4294967296", "1e999", "{}", "true")) {
      isRefused(
          "51-[\"a\",{\"_placeholder\":true,\"num\":" + num + "}]",
          "a placeholder has the number of an attachment");
    }
    isRefused(
        "51-[\"a\",{\"_placeholder\":true}]", "a placeholder has the number of an attachment");
  }

  @Test
  void objectThatResemblesAPlaceholderStaysJson() {
    String text =
        "51-[\"a\",{\"_placeholder\":1,\"num\":9},{\"_placeholder\":\"true\",\"num\":9},"
            + "{\"_placeholder\":false,\"num\":9}]";
    SocketPacket packet = new Decoded(FIVE).feed(text).feed((byte) 1).only();
    assertThat(data(packet)).hasSize(4);
    String plain = "2[\"a\",{\"_placeholder\":true,\"num\":9}]";
    assertThat(data(new Decoded(FIVE).feed(plain).only()))
        .isEqualTo(List.of("a", Map.of("_placeholder", true, "num", 9)));
  }

  @Test
  void payloadIsCheckedBeforeTheBytesArrive() {
    for (String bad : List.of("{}", "[]", "[null]", "[{\"_placeholder\":true,\"num\":0}]")) {
      isRefused(
          "51-" + bad,
          "an event is an array that begins with its name, which is not a reserved one");
    }
    isRefused(
        "51-[\"disconnect\"]",
        "an event is an array that begins with its name, which is not a reserved one");
    isRefused("61-1{}", "an acknowledgement is an array");
  }

  @Test
  void missingOrInvalidAttachmentCountIsRefused() {
    for (String bad :
        List.of(
            "5",
            "5-[\"a\"]",
            "5[\"a\"]",
            "50-[\"a\"]",
            "5x",
            "51",
            "51[\"a\"]",
            "51 -[\"a\"]",
            "51.0-[\"a\"]",
            "5/n,1-[\"a\"]",
            "5+1-[\"a\"]")) {
      isRefused(bad, HEAD);
    }
    isRefused("501-[\"a\"]", "a number does not begin with 0");
    isRefused("5" + "9".repeat(16) + "-[\"a\"]", "a number has at most 15 digits");
  }

  @Test
  void tooManyAttachmentsAreRefused() {
    assertThat(
            new Decoded(FIVE)
                .refuses("54-[\"a\"]", "a packet has more than 3 attachments")
                .disconnect()
                .code())
        .isEqualTo(1009);
    new Decoded(FIVE).refuses("5" + "9".repeat(15) + "-", "a packet has more than 3 attachments");
  }

  @Test
  void tooLargeAttachmentsAreRefused() {
    Decoded decoded = new Decoded(FIVE).feed("53-[\"a\"]").feed(new byte[600]).feed(new byte[400]);
    assertThat(
            decoded
                .refuses(new byte[1], "the attachments of a packet have more than 1000 bytes")
                .disconnect()
                .code())
        .isEqualTo(1009);
    assertThat(decoded.packets()).isEmpty();
    assertThat(decoded.decoder().heldBytes()).isZero();
  }

  @Test
  void attachmentLimitAppliesToEachPacket() {
    Decoded decoded = new Decoded(FIVE);
    for (int i = 0; i < 3; i++) {
      decoded.feed(ONE).feed(new byte[1_000]);
    }
    assertThat(decoded.packets()).hasSize(3);
  }

  @Test
  void packetBeforeTheLastAttachmentIsRefused() {
    Decoded decoded = new Decoded(FIVE).feed(NESTED).feed((byte) 1);
    decoded.refuses("2[\"a\"]", "no packet comes before all attachments of the one before it");
    assertThat(decoded.packets()).isEmpty();
  }

  @Test
  void bytesWithoutAPacketAreRefused() {
    String rule = "bytes come after the packet that they belong to";
    new Decoded(FIVE).refuses(new byte[] {1}, rule);
    new Decoded(FIVE).feed("2[\"a\"]").refuses(new byte[0], rule);
    new Decoded(FIVE).feed(ONE).feed((byte) 1).refuses(new byte[] {2}, rule);
  }

  @Test
  void bytesOfAnIncompletePacketAreCounted() {
    Decoded decoded = new Decoded(FIVE);
    assertThat(decoded.decoder().heldBytes()).isZero();
    assertThat(decoded.feed(NESTED).decoder().heldBytes()).isEqualTo(NESTED.length());
    decoded.feed(new byte[5]).feed(new byte[7]);
    assertThat(decoded.decoder().heldBytes()).isEqualTo(NESTED.length() + 12);
    assertThat(decoded.feed(new byte[1]).decoder().heldBytes()).isZero();
    decoded.feed(ONE).decoder().stop();
    assertThat(decoded.decoder().heldBytes()).isZero();
  }
}
