package io.busbar.protocol.socketio;

import java.util.function.Consumer;

/** The codec for packets of one protocol version with fixed limits. Any thread may use it. */
public final class SocketCodec {
  private final PacketRules rules;
  private final JsonText json;

  public SocketCodec(SocketProtocol protocol, SocketLimits limits) {
    this.rules = new PacketRules(protocol, limits);
    this.json = new JsonText(rules);
  }

  /**
   * Returns a decoder for one connection.
   *
   * @param packets is given each complete packet
   */
  public SocketDecoder decoder(Consumer<SocketPacket> packets) {
    return new SocketDecoder(rules, json, packets);
  }

  /** Returns the codec for connections with MessagePack. */
  public MsgpackCodec msgpack() {
    return new MsgpackCodec(rules);
  }
}
