package io.busbar.protocol.session;

/** What a request for the frames of a session on another node is answered with there. */
public enum OpenOutcome {
  /** The session has it. */
  WELCOME,

  /** There is such a session, and it is somebody else's. */
  REFUSED,

  /** There is no such session. */
  NONE,

  /** It is about to be opened. */
  SOON
}
