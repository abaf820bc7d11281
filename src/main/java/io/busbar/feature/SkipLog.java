package io.busbar.feature;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts skipped messages by kind. It logs the first of each kind, the tenth, the hundredth and so
 * on. A kind is a constant sentence, never text of a message. Owned by the event loop of its
 * verticle.
 */
final class SkipLog {
  private final System.Logger log;
  private final Map<String, Long> counts = new HashMap<>();

  SkipLog(Class<?> where) {
    log = System.getLogger(where.getName());
  }

  void add(String kind) {
    long count = counts.merge(kind, 1L, Long::sum);
    if (isPowerOfTen(count)) {
      log.log(Level.WARNING, kind + (count == 1 ? "" : ", " + count + " times so far"));
    }
  }

  long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static boolean isPowerOfTen(long count) {
    long power = 1;
    while (power < count) {
      power *= 10;
    }
    return power == count;
  }
}
