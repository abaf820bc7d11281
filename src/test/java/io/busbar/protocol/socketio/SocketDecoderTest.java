package io.busbar.protocol.socketio;

import static io.busbar.protocol.socketio.SocketPacket.NO_ID;
import static io.busbar.protocol.socketio.SocketProtocol.FIVE;
import static io.busbar.protocol.socketio.SocketProtocol.FOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.socketio.SocketPacket.Type;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets without attachments. */
class SocketDecoderTest {
  private static final String NO_EVENT =
      "an event is an array that begins with its name, which is not a reserved one";
  private static final String TOO_MUCH =
      "a payload is at most 5 deep, and has at most 40 elements and numbers of 1000 digits";

  private static SocketPacket read(SocketProtocol protocol, String text) {
    return new Decoded(protocol).feed(text).only();
  }

  private static void isRefused(SocketProtocol protocol, String text, String rule) {
    assertThat(new Decoded(protocol).refuses(text, rule).disconnect().code()).isEqualTo(1002);
  }

  private static void isTooBig(String text, String rule) {
    assertThat(new Decoded(FIVE).refuses(text, rule).disconnect().code()).isEqualTo(1009);
  }

  @ParameterizedTest
  @EnumSource
  void eventIsDecodedWithItsNameAndArguments(SocketProtocol protocol) {
    assertThat(read(protocol, "2[\"a\"]"))
        .isEqualTo(SocketPacket.event("/", NO_ID, JsonArray.of("a")));
    assertThat(read(protocol, "2/admin,13[\"a\",{\"x\":null,\"z\":\"\u2028\uD83D\uDE00\"}]"))
        .isEqualTo(
            SocketPacket.event(
                "/admin",
                13,
                JsonArray.of("a", JsonObject.of("x", null, "z", "\u2028\uD83D\uDE00"))));
    assertThat(read(protocol, "2[1]")).isEqualTo(SocketPacket.event("/", NO_ID, JsonArray.of(1)));
  }

  @ParameterizedTest
  @EnumSource
  void eventWithoutANameIsRefused(SocketProtocol protocol) {
    for (String bad : List.of("", "[]", "{}", "\"a\"", "null", "[null]", "[true]", "[[\"a\"]]")) {
      isRefused(protocol, '2' + bad, NO_EVENT);
    }
    isRefused(protocol, "2/admin", NO_EVENT);
    isRefused(protocol, "27", NO_EVENT);
  }

  @ParameterizedTest
  @EnumSource
  void reservedEventNameIsRefused(SocketProtocol protocol) {
    for (String name :
        List.of(
            "connect",
            "connect_error",
            "disconnect",
            "disconnecting",
            "newListener",
            "removeListener")) {
      isRefused(protocol, "2[\"" + name + "\"]", NO_EVENT);
      assertThat(read(protocol, "2[\"x\",\"" + name + "\"]")).isNotNull();
      assertThat(read(protocol, "31[\"" + name + "\"]")).isNotNull();
    }
    assertThat(read(protocol, "2[\"Connect\"]")).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void acknowledgementNeedsAnArrayAndAnId(SocketProtocol protocol) {
    assertThat(read(protocol, "3/admin,456[]"))
        .isEqualTo(SocketPacket.ack("/admin", 456, new JsonArray()));
    assertThat(read(protocol, "30[{},null]"))
        .isEqualTo(SocketPacket.ack("/", 0, JsonArray.of(new JsonObject(), null)));
    isRefused(protocol, "3[]", "an acknowledgement has the id of the event");
    for (String bad : List.of("", "{}", "\"a\"", "null")) {
      isRefused(protocol, "31" + bad, "an acknowledgement is an array");
    }
  }

  @Test
  void connectPayloadIsAnObjectOrAbsent() {
    assertThat(read(FIVE, "0")).isEqualTo(SocketPacket.connect("/", null));
    assertThat(read(FIVE, "0{\"token\":\"x\"}"))
        .isEqualTo(SocketPacket.connect("/", JsonObject.of("token", "x")));
    assertThat(read(FIVE, "0/admin,{}"))
        .isEqualTo(SocketPacket.connect("/admin", new JsonObject()));
    for (String bad : List.of("[]", "\"a\"", "null", "true")) {
      isRefused(FIVE, '0' + bad, "CONNECT has a JSON object or nothing");
    }
  }

  @Test
  void connectOfProtocolFourHasOnlyAQuery() {
    assertThat(read(FOUR, "0")).isEqualTo(SocketPacket.connect("/", null));
    assertThat(read(FOUR, "0/admin?token=1&x=?,"))
        .isEqualTo(new SocketPacket(Type.CONNECT, "/admin", "token=1&x=?", NO_ID, null));
    isRefused(FOUR, "0{}", "CONNECT has no payload in this version of the protocol");
  }

  @ParameterizedTest
  @EnumSource
  void disconnectWithAPayloadIsRefused(SocketProtocol protocol) {
    assertThat(read(protocol, "1")).isEqualTo(SocketPacket.disconnect("/"));
    assertThat(read(protocol, "1/admin,")).isEqualTo(SocketPacket.disconnect("/admin"));
    for (String bad : List.of("{}", "null", "[]")) {
      isRefused(protocol, '1' + bad, "DISCONNECT has no payload");
    }
  }

  @Test
  void connectErrorPayloadIsAnObjectOrAString() {
    assertThat(read(FIVE, "4/x,{\"message\":\"no\"}"))
        .isEqualTo(SocketPacket.connectError("/x", JsonObject.of("message", "no")));
    assertThat(read(FIVE, "4\"no\"")).isEqualTo(SocketPacket.connectError("/", "no"));
    for (String bad : List.of("", "[]", "null", "true")) {
      isRefused(FIVE, '4' + bad, "CONNECT_ERROR has a JSON object or a string");
    }
  }

  @Test
  void errorOfProtocolFourHasAnyJsonButANumber() {
    assertThat(read(FOUR, "4/x,\"no\"")).isEqualTo(SocketPacket.connectError("/x", "no"));
    assertThat(read(FOUR, "4/x,[1]")).isEqualTo(SocketPacket.connectError("/x", JsonArray.of(1)));
    assertThat(read(FOUR, "4true")).isEqualTo(SocketPacket.connectError("/", true));
    assertThat(read(FOUR, "4")).isEqualTo(SocketPacket.connectError("/", null));
    isRefused(FOUR, "4 1", "ERROR has JSON that is no number");
  }

  @Test
  void packetWithoutATypeIsRefused() {
    for (String bad : List.of("", "7[]", "9", "x", "-1", "[\"a\"]", " 2[\"a\"]", "\u0662[\"a\"]")) {
      isRefused(FIVE, bad, "a packet begins with its type, 0 to 6");
    }
  }

  @Test
  void namespaceEndsAtACommaOrAtTheEnd() {
    assertThat(read(FIVE, "0/a/b")).isEqualTo(SocketPacket.connect("/a/b", null));
    assertThat(read(FIVE, "0/,")).isEqualTo(SocketPacket.connect("/", null));
    assertThat(read(FIVE, "0/12,{}")).isEqualTo(SocketPacket.connect("/12", new JsonObject()));
    assertThat(read(FIVE, "0/a?b=1,{}"))
        .isEqualTo(new SocketPacket(Type.CONNECT, "/a", "b=1", NO_ID, new JsonObject()));
  }

  @Test
  void tooLongNamespaceIsRefused() {
    assertThat(read(FIVE, "0/" + "n".repeat(19))).isNotNull();
    isTooBig("0/" + "n".repeat(20), "a namespace is longer than 20 characters");
    isTooBig("0/n?" + "q".repeat(18) + ",", "a namespace is longer than 20 characters");
  }

  @Test
  void namespaceWithControlCharactersIsRefused() {
    String rule = "a namespace has no comma and no control characters";
    for (String bad : List.of("0/a\u001e4", "0/a\n", "0/\u0000,", "0/a\u007f", "0/a\u0085")) {
      isRefused(FIVE, bad, rule);
    }
  }

  @Test
  void invalidIdIsRefused() {
    assertThat(read(FIVE, "20[\"a\"]").id()).isZero();
    assertThat(read(FIVE, "2999999999999999[\"a\"]").id()).isEqualTo(999_999_999_999_999L);
    isRefused(FIVE, "21000000000000000[\"a\"]", "a number has at most 15 digits");
    isRefused(FIVE, '2' + "9".repeat(10_000), "a number has at most 15 digits");
    isRefused(FIVE, "207[\"a\"]", "a number does not begin with 0");
    isRefused(FIVE, "200[\"a\"]", "a number does not begin with 0");
    for (String bad :
        List.of("2-1[\"a\"]", "21.5[\"a\"]", "21e1[\"a\"]", "2 1[\"a\"]", "2١[\"a\"]")) {
      isRefused(FIVE, bad, "a payload is JSON");
    }
  }

  @Test
  void idOutsideEventsAndAcknowledgementsIsRefused() {
    for (String bad : List.of("01", "01{}", "1/a,1", "41\"x\"")) {
      isRefused(FIVE, bad, "only events and acknowledgements have an id");
    }
  }

  @Test
  void payloadThatIsNotJsonIsRefused() {
    for (String bad :
        List.of(
            "[\"a\"",
            "[\"a\"]]",
            "[\"a\"] x",
            "[\"a\",]",
            "['a']",
            "[\"a\",NaN]",
            "[\"a\",01]",
            "[\"a\",+1]",
            "[\"a\"]//",
            "[\"a\",/**/1]",
            "[\"a\",{1:2}]",
            "[\"a\",{\"b\"}]",
            "[\"\n\"]",
            "x")) {
      isRefused(FIVE, '2' + bad, "a payload is JSON");
    }
  }

  @Test
  void tooDeepPayloadIsRefused() {
    assertThat(read(FIVE, "2[\"a\",[[[{}]]]]")).isNotNull();
    isTooBig("2[\"a\",[[[[{}]]]]]", TOO_MUCH);
    isTooBig("2[\"a\"," + "[".repeat(100_000), TOO_MUCH);
    isTooBig("2[\"a\"," + "{\"\":".repeat(100_000), TOO_MUCH);
  }

  @Test
  void tooManyElementsAreRefused() {
    assertThat(read(FIVE, "2[\"a\"" + ",1".repeat(37) + "]")).isNotNull();
    isTooBig("2[\"a\"" + ",1".repeat(40) + "]", TOO_MUCH);
    isTooBig("2[\"a\",{\"x\":1" + ",\"x\":1".repeat(40) + "}]", TOO_MUCH);
  }

  @Test
  void tooLongNumberIsRefused() {
    assertThat(read(FIVE, "2[\"a\"," + "9".repeat(1_000) + "]")).isNotNull();
    isTooBig("2[\"a\"," + "9".repeat(1_001) + "]", TOO_MUCH);
    isTooBig("2[\"a\",0." + "9".repeat(1_001) + "]", TOO_MUCH);
  }

  @Test
  void nothingIsDecodedAfterAnError() {
    Decoded decoded = new Decoded(FIVE);
    decoded.refuses("x", "a packet begins with its type, 0 to 6");
    decoded.feed("2[\"a\"]").feed("still no packet").feed((byte) 1);
    assertThat(decoded.packets()).isEmpty();
  }

  @Test
  void nothingIsDecodedAfterAStop() {
    Decoded decoded = new Decoded(FIVE).feed("2[\"a\"]");
    decoded.decoder().stop();
    assertThat(decoded.feed("2[\"b\"]").packets()).hasSize(1);
  }
}
