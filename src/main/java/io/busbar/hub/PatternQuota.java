package io.busbar.hub;

import io.busbar.config.Network;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The number of patterns that clients of each network address caused, and its limit. A pattern
 * counts once, however many clients listen to it. Any thread may use it.
 */
final class PatternQuota {
  private final int most;
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  PatternQuota(int most) {
    this.most = most;
  }

  /** Returns the holder that a session's patterns count for. */
  static String holder(Session session) {
    return Network.ofClient(session.remoteAddress());
  }

  /** Counts one pattern more; returns false at the limit. */
  boolean take(String holder) {
    int now = taken.merge(holder, 1, Integer::sum);
    if (now > most) {
      release(holder);
    }
    return now <= most;
  }

  void release(String holder) {
    taken.computeIfPresent(holder, (key, many) -> many == 1 ? null : many - 1);
  }
}
