package io.busbar.protocol.socketio;

import io.busbar.hub.Wire;

/** How a client reads and writes packets: it shows that with its first one. */
enum PacketForm {
  /** The usual one: JSON, with bytes as attachments. */
  TEXT {
    @Override
    Wire wire(SocketPacket packet) {
      EncodedPacket encoded = SocketEncoder.encode(packet);
      Wire last = null;
      for (int i = encoded.attachments().size() - 1; i >= 0; i--) {
        last = Wire.binary(encoded.attachments().get(i).getBytes()).before(last);
      }
      return Wire.text(encoded.text()).before(last);
    }
  },

  /** That of socket.io-msgpack-parser. */
  MSGPACK {
    @Override
    Wire wire(SocketPacket packet) {
      return Wire.binary(MsgpackCodec.encode(packet).getBytes());
    }
  };

  /** The packet as one message, or as several that belong together. */
  abstract Wire wire(SocketPacket packet);
}
