package io.busbar.feature;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The last 10,000 sessions that were closed. In a cluster a message may arrive after the news that
 * its sender is gone; without this, the sender would join again and never leave. One event loop
 * owns it.
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
