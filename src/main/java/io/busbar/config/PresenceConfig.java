package io.busbar.config;

import java.time.Duration;

/**
 * Presence: the channels whose rule tells who is here.
 *
 * @param grace who is back within it has not left
 */
public record PresenceConfig(Duration grace) {
  private static final Duration LONGEST = Duration.ofHours(1);

  public PresenceConfig {
    Checks.notNegative("grace", grace);
    Checks.require(grace.compareTo(LONGEST) <= 0, "grace", "must be 1h at most");
  }

  static PresenceConfig defaults() {
    return new PresenceConfig(Duration.ofSeconds(3));
  }
}
