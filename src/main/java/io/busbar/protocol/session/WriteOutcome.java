package io.busbar.protocol.session;

/** What is known of a client that was given an answer. */
public enum WriteOutcome {
  /** It is there, and its machine has acknowledged all that was written. */
  THERE,

  /** It left after it had read all. */
  READ,

  /** It left, and did not read all. */
  UNREAD,

  /** The node is lost that it was connected to, and nobody else can tell. */
  UNKNOWN,

  /** It is there; what was written is still under way. */
  UNDER_WAY
}
