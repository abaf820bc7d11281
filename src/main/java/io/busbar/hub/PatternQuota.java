package io.busbar.hub;

import io.busbar.config.Network;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many patterns there are because of clients of one network address, against the limit. One
 * pattern costs once, however many listen to it. Any thread may call.
 */
final class PatternQuota {
  private final int most;
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  PatternQuota(int most) {
    this.most = most;
  }

  /** Whom a session's patterns are counted as. */
  static String holder(Session session) {
    return Network.ofClient(session.remoteAddress());
  }

  /** Counts one more; false when that would be too many. */
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
