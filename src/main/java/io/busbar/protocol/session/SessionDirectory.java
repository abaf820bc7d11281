package io.busbar.protocol.session;

import org.jspecify.annotations.Nullable;

/** The sessions of one endpoint on this node. Any thread may use it. */
public interface SessionDirectory {
  /** Returns the session, open or closed; null for none. */
  @Nullable HostedSession find(String id);

  /**
   * Returns whether a session that is registered for this node, but not here yet, will be opened.
   * Otherwise removes its registration.
   *
   * @param entry registration that the other node has found
   */
  boolean isOnTheWay(String id, String entry);
}
