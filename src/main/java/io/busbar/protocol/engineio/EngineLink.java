package io.busbar.protocol.engineio;

import io.busbar.protocol.session.LocalDownlink;
import io.busbar.protocol.session.SendOutcome;
import java.util.function.Consumer;

/**
 * The access from a client's connection to its session, on this node or another. Used by the event
 * loop of the connection.
 */
interface EngineLink {
  /** Returns whether calls of all methods reach the session in their order. */
  boolean keepsOrder();

  /** Notes that a WebSocket for the session has opened or closed on this node. */
  void probed(boolean now);

  /** Returns whether there is such a WebSocket on this node. */
  boolean isProbed();

  /** Attaches the downlink to the session; to be called on the downlink's event loop. */
  void bring(LocalDownlink downlink);

  /**
   * Sends packets to the session, in the order of the calls.
   *
   * @param outcome will be called once, on any event loop
   */
  void send(EngineUpload upload, Consumer<SendOutcome> outcome);

  /**
   * Sends a command to the session.
   *
   * @param outcome will be called once, on any event loop
   */
  void command(EngineCommand command, Consumer<SendOutcome> outcome);
}
