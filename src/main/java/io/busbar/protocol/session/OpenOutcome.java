package io.busbar.protocol.session;

/** The reply to a request for the frames of a session on another node. */
public enum OpenOutcome {
  /** The session has taken the request. */
  WELCOME,

  /** The session belongs to another client. */
  REFUSED,

  /** There is no such session. */
  NONE,

  /** The session will be opened soon. */
  SOON
}
