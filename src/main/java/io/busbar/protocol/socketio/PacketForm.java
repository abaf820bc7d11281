package io.busbar.protocol.socketio;

import io.busbar.hub.EncodedMessage;

/** How a client reads and writes packets: it shows that with its first one. */
enum PacketForm {
  /** The usual one: JSON, with bytes as attachments. */
  TEXT {
    @Override
    EncodedMessage wire(SocketPacket packet) {
      EncodedPacket encoded = SocketEncoder.encode(packet);
      EncodedMessage last = null;
      for (int i = encoded.attachments().size() - 1; i >= 0; i--) {
        last = EncodedMessage.binary(encoded.attachments().get(i).getBytes()).before(last);
      }
      return EncodedMessage.text(encoded.text()).before(last);
    }
  },

  /** That of socket.io-msgpack-parser. */
  MSGPACK {
    @Override
    EncodedMessage wire(SocketPacket packet) {
      return EncodedMessage.binary(MsgpackCodec.encode(packet).getBytes());
    }
  };

  /** The packet as one message, or as several that belong together. */
  abstract EncodedMessage wire(SocketPacket packet);
}
