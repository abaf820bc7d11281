package io.busbar.protocol.session;

/** What became of the messages of one request. */
public enum SendOutcome {
  TAKEN,

  /** The session ended before they were. */
  GONE,

  /** Too many requests wait already. */
  REFUSED,

  /** There is no such session, or it is somebody else's. */
  NONE,

  /** What was sent is not what the protocol says. */
  BROKEN
}
