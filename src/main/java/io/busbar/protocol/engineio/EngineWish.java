package io.busbar.protocol.engineio;

/** What the node of a client's connection wants of its session, beside packets. */
enum EngineWish {
  /** Says whether a WebSocket may come that would take the place of the polls. */
  ASK,

  /** A WebSocket has come that would take the place of the polls: let none wait. */
  PROBE,

  /** It will not. */
  ABANDON,

  /** The client has sent what is no packet: end. */
  END
}
