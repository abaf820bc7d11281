package io.busbar.protocol.socketio;

/**
 * A version of the Socket.IO protocol. Both write packets in the same way, with different payloads.
 */
public enum SocketProtocol {
  /** The version of Socket.IO 1 and 2 clients, over revision 3 of Engine.IO. */
  FOUR,
  /** The version of Socket.IO 3 and 4 clients, over revision 4 of Engine.IO. */
  FIVE
}
