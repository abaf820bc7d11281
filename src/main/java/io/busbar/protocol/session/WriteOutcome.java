package io.busbar.protocol.session;

/** What is known about a client that was sent a response. */
public enum WriteOutcome {
  /** The client is there, and its machine has acknowledged all that was written. */
  THERE,

  /** The client has left, or gone on, after it has read all. */
  READ,

  /** The client has left and has not read all. */
  UNREAD,

  /** The node of the connection is lost, so nobody knows. */
  UNKNOWN,

  /** The client is there, and the data is still in flight. */
  UNDER_WAY
}
