package io.busbar.feature;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The last 10,000 sessions that were closed. In a cluster a message may arrive after the end of its
 * sender is known. Without this set, the sender would join again and never leave. Owned by the
 * event loop of its verticle.
 */
final class RecentSessions {
  private static final int MOST = 10_000;

  private final Set<String> sessions = new LinkedHashSet<>();

  void add(String session) {
    sessions.add(session);
    if (sessions.size() > MOST) {
      sessions.remove(sessions.iterator().next());
    }
  }

  boolean contains(String session) {
    return sessions.contains(session);
  }
}
