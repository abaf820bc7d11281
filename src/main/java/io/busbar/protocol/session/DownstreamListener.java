package io.busbar.protocol.session;

/** The session whose frames these are. It is told on its loop. */
public interface DownstreamListener {
  /** What was given to a downlink is lost, and it is not known how much: there is a gap. */
  void interrupted();

  /** No downlink is there. */
  void vacant();

  /** A frame would go out now. */
  void writableAgain();

  /** The close frame was said to somebody. */
  void saidGoodbye();

  /** The client asked while a request of its waits, and is to be told that it shall not. */
  void another(Downlink downlink);
}
