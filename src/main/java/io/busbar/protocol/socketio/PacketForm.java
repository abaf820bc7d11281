package io.busbar.protocol.socketio;

import io.busbar.hub.EncodedMessage;

/** The packet format of a client, which its first packet shows. */
enum PacketForm {
  /** The standard format: JSON, with bytes as attachments. */
  TEXT {
    @Override
    EncodedMessage toMessage(SocketPacket packet) {
      EncodedPacket encoded = SocketEncoder.encode(packet);
      EncodedMessage last = null;
      for (int i = encoded.attachments().size() - 1; i >= 0; i--) {
        last = EncodedMessage.binary(encoded.attachments().get(i).getBytes()).before(last);
      }
      return EncodedMessage.text(encoded.text()).before(last);
    }
  },

  /** The format of socket.io-msgpack-parser. */
  MSGPACK {
    @Override
    EncodedMessage toMessage(SocketPacket packet) {
      return EncodedMessage.binary(MsgpackCodec.encode(packet).getBytes());
    }
  };

  /** Returns the packet as one message, or as several that belong together. */
  abstract EncodedMessage toMessage(SocketPacket packet);
}
