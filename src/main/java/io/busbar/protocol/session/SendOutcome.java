package io.busbar.protocol.session;

/** The outcome for the messages of one request. */
public enum SendOutcome {
  TAKEN,

  /** The session ended before it took them. */
  GONE,

  /** Too many requests wait already. */
  REFUSED,

  /** There is no such session, or it belongs to another client. */
  NONE,

  /** The request violates the protocol. */
  BROKEN
}
