package io.busbar.protocol.session;

import org.jspecify.annotations.Nullable;

/** The sessions of one endpoint on this node. Any thread may ask. */
public interface SessionDirectory {
  /** The session, living or closed; null when there is none. */
  @Nullable HostedSession find(String id);

  /**
   * Whether the session, which another node has seen here and which is not here yet, will be
   * opened. If not, others shall not see it here any more.
   *
   * @param entry what the other node went by
   */
  boolean isOnTheWay(String id, String entry);
}
