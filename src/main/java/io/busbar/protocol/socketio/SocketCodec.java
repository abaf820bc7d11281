package io.busbar.protocol.socketio;

import java.util.function.Consumer;

/** What reads packets of one protocol within the same limits; shared by any number of clients. */
public final class SocketCodec {
  private final PacketRules rules;
  private final JsonText json;

  public SocketCodec(SocketProtocol protocol, SocketLimits limits) {
    this.rules = new PacketRules(protocol, limits);
    this.json = new JsonText(rules);
  }

  /** A decoder for one connection, which will hand each whole packet to the consumer. */
  public SocketDecoder decoder(Consumer<SocketPacket> packets) {
    return new SocketDecoder(rules, json, packets);
  }

  /** The codec for connections whose packets are MessagePack. */
  public MsgpackCodec msgpack() {
    return new MsgpackCodec(rules);
  }
}
