package io.busbar.config;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The pauses between tries, which double from the first to the longest. */
public record BackOff(Duration first, Duration longest) {
  private static final int MOST_DOUBLINGS = 30;

  public BackOff {
    Checks.positive("first", first);
    Checks.positive("longest", longest);
  }

  /**
   * Returns a random pause between half and all of the full one.
   *
   * @param failures number of failures in a row before this one
   */
  public long pauseMillis(int failures) {
    long most = Math.max(first.toMillis(), longest.toMillis());
    long full = Math.min(most, first.toMillis() << Math.min(failures, MOST_DOUBLINGS));
    full = full <= 0 ? most : full;
    return Math.max(1, full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
