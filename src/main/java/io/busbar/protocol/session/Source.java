package io.busbar.protocol.session;

/**
 * Where the frames of a downlink come from: the session's {@link OutboundFrames}, or the node that
 * has it. It is told what became of them, on its own loop.
 */
public interface Source {
  /** Runs the task on the loop of this source. */
  void here(Runnable task);

  /** The downlink took the frame; maybe as its last, maybe as the last for now. */
  void accepted(Downlink downlink, boolean ended, boolean full);

  /** The stream takes frames again. */
  void drained(Downlink downlink);

  /** All of the downlink, which has ended, is with the kernel. */
  void flushed(Downlink downlink);

  /** The frame that the downlink was given last did not go out. */
  void unsent(Downlink downlink);

  /** The client has left the downlink, or has read it to its end. */
  void left(Downlink downlink, WriteOutcome fate);
}
