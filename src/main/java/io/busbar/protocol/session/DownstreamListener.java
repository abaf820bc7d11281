package io.busbar.protocol.session;

/** The session that owns an {@link OutboundFrames}. Called on the session's event loop. */
public interface DownstreamListener {
  /** A part of the frames is lost, and it is unknown which, so there is a gap. */
  void interrupted();

  /** There is no downlink any more. */
  void vacant();

  /** A frame would be sent at once now. */
  void writableAgain();

  /** The client has been sent the close frame. */
  void closeNotified();

  /** Another request came while one waits, and must be refused. */
  void another(Downlink downlink);
}
