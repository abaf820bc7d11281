package io.busbar.protocol.session;

/**
 * The source of a downlink's frames: the {@link OutboundFrames} of the session, or the link to its
 * node. It is told the outcome on its own event loop.
 */
public interface Source {
  /** Runs the task on the event loop of this source. */
  void here(Runnable task);

  /** The downlink took the frame; it may be the last one, or the last one for now. */
  void accepted(Downlink downlink, boolean ended, boolean full);

  /** The stream accepts frames again. */
  void drained(Downlink downlink);

  /** The downlink has ended and is flushed to the kernel. */
  void flushed(Downlink downlink);

  /** The last frame of the downlink was not sent. */
  void unsent(Downlink downlink);

  /** The client has left the downlink, or has read it to its end. */
  void left(Downlink downlink, WriteOutcome outcome);
}
