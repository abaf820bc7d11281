package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** MessagePack packets; socket.io-msgpack-parser 3.0 with notepack.io 2.2 wrote the input. */
class MsgpackCodecTest {
  static final MsgpackCodec CODEC = new SocketCodec(SocketProtocol.FIVE, Decoded.LIMITS).msgpack();
  private static final MsgpackCodec CODEC_OF_FOUR =
      new SocketCodec(SocketProtocol.FOUR, Decoded.LIMITS).msgpack();

  /** An event without its only argument. */
  static final String EVENT = "83a47479706502a36e7370a12fa4646174619201";

  static final String NO_VALUE = "a packet is one value of MessagePack";

  private static Buffer hex(String digits) {
    return Buffer.buffer(HexFormat.of().parseHex(digits));
  }

  private static SocketPacket read(String digits) {
    return CODEC.decode(hex(digits));
  }

  /** Decodes an event that has only this argument. */
  private static Object argument(String digits) {
    SocketPacket event = read(EVENT + digits);
    return ((JsonArray) event.data()).getList().get(1);
  }

  private static void isRefused(String digits, String rule) {
    assertThatThrownBy(() -> read(digits)).isInstanceOf(ProtocolException.class).hasMessage(rule);
  }

  private static void argumentIsRefused(String digits, String rule) {
    assertThatThrownBy(() -> argument(digits))
        .isInstanceOf(ProtocolException.class)
        .hasMessage(rule);
  }

  @Test
  void packetsOfTheJavaScriptParserAreDecoded() {
    assertThat(read("83a47479706500a464617461d40000a36e7370a12f"))
        .isEqualTo(SocketPacket.connect("/", null));
    assertThat(read("83a47479706500a46461746181a5746f6b656ea178a36e7370a62f61646d696e"))
        .isEqualTo(SocketPacket.connect("/admin", JsonObject.of("token", "x")));
    assertThat(read("84a47479706503a2696400a46461746190a36e7370a12f"))
        .isEqualTo(SocketPacket.ack("/", 0, new JsonArray()));
    assertThat(read("82a47479706501a36e7370a12f")).isEqualTo(SocketPacket.disconnect("/"));
    assertThat(read("83a47479706504a36e7370a12fa46461746181a76d657373616765a26e6f"))
        .isEqualTo(SocketPacket.connectError("/", JsonObject.of("message", "no")));
  }

  @Test
  void everyValueTypeOfTheJavaScriptParserIsDecoded() {
    SocketPacket packet =
        read(
            "85a47479706502a4646174619fa16501ffccc8d1ff38ce00011170d2fffeee90cf000000012a05f200"
                + "d3fffffffed5fa0e00cb3ff8000000000000c0c3d40000a7f09f9880e280a885a175d40000a164"
                + "d7000000000000000000a162c4020102a165c400a161c702000708a76f7074696f6e7381a8636f6d"
                + "7072657373c3a269640ca36e7370a12f");
    assertThat(packet.id()).isEqualTo(12);
    List<?> data = ((JsonArray) packet.data()).getList();
    assertThat(data.subList(0, 10))
        .isEqualTo(
            List.of("e", 1, -1, 200, -200, 70_000, -70_000, 5_000_000_000L, -5_000_000_000L, 1.5));
    assertThat(data.get(10)).isNull();
    assertThat(data.get(11)).isEqualTo(true);
    assertThat(data.get(12)).isNull();
    assertThat(data.get(13)).isEqualTo("\uD83D\uDE00\u2028");
    assertThat(data.get(14))
        .isEqualTo(
            Map.of(
                "d", "1970-01-01T00:00:00Z",
                "b", Buffer.buffer(new byte[] {1, 2}),
                "e", Buffer.buffer(),
                "a", Buffer.buffer(new byte[] {7, 8})));
  }

  @Test
  void packetsAreEncodedWithoutAbsentFields() {
    assertThat(CODEC_OF_FOUR.decode(MsgpackCodec.encode(SocketPacket.connect("/", null))))
        .isEqualTo(SocketPacket.connect("/", null));
    assertThat(MsgpackCodec.encode(SocketPacket.disconnect("/")))
        .isEqualTo(hex("82a47479706501a36e7370a12f"));
    assertThat(MsgpackCodec.encode(SocketPacket.event("/", 12, JsonArray.of("e", hex("0102")))))
        .isEqualTo(hex("84a47479706502a36e7370a12fa46461746192a165c4020102a269640c"));
  }

  @Test
  void numbersHaveTheirShortestEncoding() {
    List<Number> numbers = List.of(127, 128, -32, -33, 65_536L, 1.5, BigInteger.TWO.pow(63));
    assertThat(MsgpackCodec.encode(SocketPacket.ack("/", 0, new JsonArray(numbers))))
        .isEqualTo(
            hex(
                "84a47479706503a36e7370a12fa464617461977fcc80e0d0dfce00010000cb3ff8000000000000"
                    + "cf8000000000000000a2696400"));
  }

  @Test
  void largeNumbersKeepTheirPrecision() {
    assertThat(argument("cf7fffffffffffffff")).isEqualTo(Long.MAX_VALUE);
    assertThat(argument("cf8000000000000000")).isEqualTo(BigInteger.TWO.pow(63));
    assertThat(argument("d38000000000000000")).isEqualTo(Long.MIN_VALUE);
    assertThat(argument("ca3fc00000")).isEqualTo(1.5);
    JsonArray huge = JsonArray.of(BigInteger.TWO.pow(70));
    assertThat(CODEC.decode(MsgpackCodec.encode(SocketPacket.ack("/", 0, huge))).data())
        .isEqualTo(JsonArray.of(Math.pow(2, 70)));
  }

  @Test
  void numberThatIsNotFiniteIsNull() {
    for (String digits : List.of("cb7ff8000000000000", "cb7ff0000000000000", "caff800000")) {
      assertThat(argument(digits)).isNull();
    }
  }

  @Test
  void packetRulesApplyToMessagePack() {
    isRefused(
        "83a47479706502a36e7370a12fa46461746190",
        "an event is an array that begins with its name, which is not a reserved one");
    isRefused(
        "82a47479706502a36e7370a12f",
        "an event is an array that begins with its name, which is not a reserved one");
    isRefused("83a47479706500a36e7370a12fa46461746190", "CONNECT has a JSON object or nothing");
    isRefused("83a47479706501a36e7370a12fa46461746190", "DISCONNECT has no payload");
    isRefused(
        "83a47479706503a36e7370a12fa46461746190", "an acknowledgement has the id of the event");
    isRefused("82a47479706500a36e7370a0", "a namespace begins with a slash");
    isRefused("82a47479706500a36e7370a22f2c", "a namespace has no comma and no control characters");
    isRefused(
        "82a47479706500a36e7370b52f" + "61".repeat(20), "a namespace is longer than 20 characters");
  }

  @Test
  void packetWithoutATypeOrNamespaceIsRefused() {
    String noType = "a packet has a type, 0 to 4";
    isRefused("81a36e7370a12f", noType);
    isRefused("82a47479706505a36e7370a12f", noType);
    isRefused("82a474797065ffa36e7370a12f", noType);
    isRefused("82a474797065a130a36e7370a12f", noType);
    isRefused("82a474797065cb0000000000000000a36e7370a12f", noType);
    isRefused("82a474797065cf0000000100000000a36e7370a12f", noType);
    isRefused("81a47479706500", "a packet has a namespace");
    isRefused("82a47479706500a36e737001", "a packet has a namespace");
  }

  @Test
  void idThatIsNotAWholeNumberIsRefused() {
    String rule = "an id is a whole number of at most 15 digits";
    for (String id :
        List.of(
            "ff",
            "cb3ff8000000000000",
            "a131",
            "cf00038d7ea4c68000",
            "cfffffffffffffffff",
            "c3",
            "90")) {
      isRefused("84a47479706503a36e7370a12fa46461746190a26964" + id, rule);
    }
    assertThat(read("84a47479706503a36e7370a12fa46461746190a26964cf00038d7ea4c67fff").id())
        .isEqualTo(999_999_999_999_999L);
  }

  @Test
  void packetThatIsNotAMapIsRefused() {
    for (String digits : List.of("90", "00", "c0", "a0", "c400", "d40000")) {
      isRefused(digits, "a packet is a map");
    }
  }

  @Test
  void invalidMessagePackIsRefused() {
    for (String digits :
        List.of("", "c1", "81", "81a4", "81a474797065", "8000", "cc", "d4", "c7")) {
      isRefused(digits, NO_VALUE);
    }
  }

  @Test
  void keyThatIsNotAStringIsRefused() {
    isRefused("810000", "keys are strings");
    isRefused("81c40000", "keys are strings");
  }

  @Test
  void invalidUtf8IsRefused() {
    argumentIsRefused("a3eda080", "a text message is not UTF-8");
    argumentIsRefused("a1ff", "a text message is not UTF-8");
  }

  @Test
  void unknownExtensionsAreRefused() {
    for (String digits : List.of("d60100000000", "d6ff00000000", "c70105ff")) {
      argumentIsRefused(digits, "of MessagePack's extensions only those of notepack.io are taken");
    }
  }

  @Test
  void valueThatIsNeitherJsonNorBytesIsNotEncoded() {
    JsonArray data = new JsonArray(List.of(new Object()));
    assertThatThrownBy(() -> MsgpackCodec.encode(SocketPacket.ack("/", 0, data)))
        .isInstanceOf(EncodeException.class);
  }
}
