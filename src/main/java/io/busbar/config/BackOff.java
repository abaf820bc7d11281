package io.busbar.config;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long until the next try, from first to longest, doubling. */
public record BackOff(Duration first, Duration longest) {
  private static final int MOST_DOUBLINGS = 30;

  public BackOff {
    Checks.positive("first", first);
    Checks.positive("longest", longest);
  }

  /**
   * From half of the pause to all of it, by chance.
   *
   * @param failures before this one, in a row
   */
  public long pauseMillis(int failures) {
    long most = Math.max(first.toMillis(), longest.toMillis());
    long full = Math.min(most, first.toMillis() << Math.min(failures, MOST_DOUBLINGS));
    full = full <= 0 ? most : full;
    return Math.max(1, full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
