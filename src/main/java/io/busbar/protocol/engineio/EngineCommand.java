package io.busbar.protocol.engineio;

/** The commands from the node of a client's connection to its session. */
enum EngineCommand {
  /** Asks whether a WebSocket may replace the polls. */
  ASK,

  /** Starts the probe of a WebSocket: from now on no poll waits. */
  PROBE,

  /** Ends the probe without an upgrade. */
  ABANDON,

  /** Ends the session, because the client has sent an invalid packet. */
  END
}
