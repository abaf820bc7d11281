package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.busbar.FuzzInput;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds random messages, which must give packets or an error that names the broken rule. */
final class SocketDecoderFuzz {
  private static final int MSGPACK = 2;

  /** Some numbers and dates are longer when they are encoded again. */
  private static final SocketLimits LARGER = new SocketLimits(3, 10_000, 20, 5, 40);

  static Stream<byte[]> golden() {
    return Stream.of(
        golden(0, "2/admin,13[\"aé\uD83D\uDE00\",{\"x\":null,\"y\":[1.5e3,\"\\ud800\"]}]"),
        golden(0, "0/n?q=1,"),
        golden(1, "0{\"token\":\"x\"}"),
        golden(1, "4/x,{\"message\":\"no\"}"),
        golden(
            1,
            "52-7[\"b\",{\"_placeholder\":true,\"num\":0},"
                + "{\"k\":[{\"_placeholder\":true,\"num\":1}]}]"),
        FuzzInput.written(
            MSGPACK,
            0,
            HexFormat.of()
                .parseHex(
                    "85a47479706502a46461746194a16501cb3ff800000000000082a175d40000a162c4020102"
                        + "a76f7074696f6e7380a269640ca36e7370a12f")));
  }

  private static byte[] golden(int choice, String text) {
    return FuzzInput.written(choice, 0, text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("golden")
  @FuzzTest
  void packetIsRefusedOrRoundTrips(byte[] data) {
    FuzzInput input = FuzzInput.of(data);
    int choice = input.choice() % 3;
    SocketProtocol protocol = choice == 0 ? SocketProtocol.FOUR : SocketProtocol.FIVE;
    SocketPacket packet;
    try {
      packet =
          choice == MSGPACK
              ? msgpack(protocol, Decoded.LIMITS, Buffer.buffer(input.bytes()))
              : text(protocol, Utf8.decode(input.bytes()), input.cut());
    } catch (ProtocolException e) {
      assertThat(e.getMessage()).isNotBlank();
      assertThat(e.disconnect().code()).isIn(1002, 1007, 1009);
      return;
    }
    if (choice == MSGPACK) {
      Buffer written = MsgpackCodec.encode(packet);
      assertThat(MsgpackCodec.encode(msgpack(protocol, LARGER, written))).isEqualTo(written);
    } else {
      EncodedPacket written = SocketEncoder.encode(packet);
      SocketPacket again = new Decoded(protocol).feed(written).only();
      assertThat(SocketEncoder.encode(again)).isEqualTo(written);
    }
  }

  /** Decodes the text, with as many attachments as it needs. */
  private static SocketPacket text(SocketProtocol protocol, String text, int fill) {
    Decoded decoded = new Decoded(protocol).feed(text);
    for (int i = 0; decoded.decoder().heldBytes() > 0; i++) {
      assertThat(i).isLessThan(Decoded.LIMITS.attachments());
      decoded.feed((byte) fill, (byte) i);
    }
    return decoded.only();
  }

  private static SocketPacket msgpack(
      SocketProtocol protocol, SocketLimits limits, Buffer message) {
    return new SocketCodec(protocol, limits).msgpack().decode(message);
  }
}
