package io.busbar.protocol.route;

import io.busbar.config.HttpRoute;
import io.busbar.config.OneLine;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Logs errors of features for the operator, at most once a minute for each route. Any thread may
 * use it.
 */
final class RouteFaults {
  private static final System.Logger LOG = System.getLogger("io.busbar.route");
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_CHARACTERS = 300;

  private final Map<String, Long> loggedAt = new ConcurrentHashMap<>();

  void report(HttpRoute route, String fault) {
    if (isFirstOfAMinute(route.path())) {
      String words = OneLine.of(fault);
      String shown =
          words.length() > MOST_CHARACTERS ? words.substring(0, MOST_CHARACTERS) + "…" : words;
      LOG.log(
          Level.WARNING, route.path() + " at " + route.address() + " is answered 500: " + shown);
    }
  }

  private boolean isFirstOfAMinute(String path) {
    long now = System.nanoTime();
    Long before = loggedAt.putIfAbsent(path, now);
    return before == null || now - before >= WINDOW_NANOS && loggedAt.replace(path, before, now);
  }
}
