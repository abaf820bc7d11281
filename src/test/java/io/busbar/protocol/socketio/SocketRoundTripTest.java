package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Random packets are decoded as they were encoded; {@code -Dbusbar.seed=N} makes others. */
class SocketRoundTripTest {
  private static final long SEED = Long.getLong("busbar.seed", 20_261_129);
  private static final int TIMES = 5_000;
  private static final SocketLimits LIMITS = new SocketLimits(100, 10_000, 40, 8, 1_000);

  private final RandomPackets packets = new RandomPackets(SEED);

  /** Returns the data with its bytes: JSON objects show them as base64, their maps do not. */
  static Object unwrapped(Object data) {
    return data instanceof JsonArray array
        ? array.getList()
        : data instanceof JsonObject object ? object.getMap() : data;
  }

  private static void assertSamePacket(SocketPacket read, SocketPacket written) {
    assertThat(read.type()).as("busbar.seed=%d", SEED).isEqualTo(written.type());
    assertThat(read.path()).as("busbar.seed=%d", SEED).isEqualTo(written.path());
    assertThat(read.id()).as("busbar.seed=%d", SEED).isEqualTo(written.id());
    assertThat(unwrapped(read.data()))
        .as("busbar.seed=%d", SEED)
        .isEqualTo(unwrapped(written.data()));
  }

  @Test
  void everyPacketIsDecodedAsItWasEncoded() {
    Decoded decoded = new Decoded(SocketProtocol.FIVE, LIMITS);
    for (int i = 0; i < TIMES; i++) {
      SocketPacket packet = packets.next();
      decoded.packets().clear();
      assertSamePacket(decoded.feed(SocketEncoder.encode(packet)).only(), packet);
    }
  }

  @Test
  void everyMsgpackPacketIsDecodedAsItWasEncoded() {
    MsgpackCodec codec = new SocketCodec(SocketProtocol.FIVE, LIMITS).msgpack();
    for (int i = 0; i < TIMES; i++) {
      SocketPacket packet = packets.next();
      assertSamePacket(codec.decode(MsgpackCodec.encode(packet)), packet);
    }
  }
}
