package io.busbar.protocol.socketio;

/** A version of the Socket.IO protocol. They write packets alike, and have other payloads. */
public enum SocketProtocol {
  /** Of the clients of Socket.IO 1 and 2, over revision 3 of Engine.IO. */
  FOUR,
  /** Of the clients of Socket.IO 3 and 4, over revision 4 of Engine.IO. */
  FIVE
}
