package io.busbar.protocol.engineio;

import io.busbar.protocol.session.LocalDownlink;
import io.busbar.protocol.session.SendOutcome;
import java.util.function.Consumer;

/** The way from a client's connection to its session, on this node or another. */
interface EngineLink {
  /** Whether all that it is given comes to the session in the order of the calls. */
  boolean keepsOrder();

  /** Says that a WebSocket has come for the session, or gone. */
  void probed(boolean now);

  /** Whether there is such a WebSocket on this node. */
  boolean isProbed();

  /** Takes the downlink to the session; to be called on its loop. */
  void bring(LocalDownlink downlink);

  /**
   * Hands packets to the session, in the order of the calls.
   *
   * @param outcome will be called once, on any loop
   */
  void send(EngineUpload upload, Consumer<SendOutcome> outcome);

  /**
   * Tells the session something.
   *
   * @param outcome will be called once, on any loop
   */
  void wish(EngineWish wish, Consumer<SendOutcome> outcome);
}
