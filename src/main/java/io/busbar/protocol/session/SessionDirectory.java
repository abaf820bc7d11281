package io.busbar.protocol.session;

/** The sessions of one endpoint on this node. Any thread may use it. */
public interface SessionDirectory {
  /** Returns the session, open or closed; null for none. */
  HostedSession find(String id);

  /**
   * Returns whether a session that is registered for this node, but not here yet, will be opened.
   * Otherwise removes its registration.
   *
   * @param entry registration that the other node has found
   */
  boolean isOnTheWay(String id, String entry);
}
