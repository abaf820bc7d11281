package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.protocol.ProtocolException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A decoder with small limits, and the packets that it has decoded. Used by the test's thread. */
final class Decoded {
  static final SocketLimits LIMITS = new SocketLimits(3, 1_000, 20, 5, 40);

  private final List<SocketPacket> packets = new ArrayList<>();
  private final SocketDecoder decoder;

  Decoded(SocketProtocol protocol) {
    this(protocol, LIMITS);
  }

  Decoded(SocketProtocol protocol, SocketLimits limits) {
    decoder = new SocketCodec(protocol, limits).decoder(packets::add);
  }

  Decoded feed(String text) {
    decoder.decode(text);
    return this;
  }

  Decoded feed(byte... bytes) {
    decoder.decode(Buffer.buffer(bytes));
    return this;
  }

  Decoded feed(EncodedPacket encoded) {
    decoder.decode(encoded.text());
    encoded.attachments().forEach(decoder::decode);
    return this;
  }

  /** Feeds a text that must break that rule. */
  ProtocolException refuses(String text, String rule) {
    return refuses(() -> feed(text), rule);
  }

  /** Feeds bytes that must break that rule. */
  ProtocolException refuses(byte[] bytes, String rule) {
    return refuses(() -> feed(bytes), rule);
  }

  private static ProtocolException refuses(Runnable step, String rule) {
    ProtocolException[] thrown = new ProtocolException[1];
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(ProtocolException.class, e -> thrown[0] = e)
        .hasMessage(rule);
    return thrown[0];
  }

  List<SocketPacket> packets() {
    return packets;
  }

  SocketPacket only() {
    return packets.size() == 1 ? packets.get(0) : null;
  }

  SocketDecoder decoder() {
    return decoder;
  }
}
