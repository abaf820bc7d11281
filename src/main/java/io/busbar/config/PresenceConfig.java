package io.busbar.config;

import java.time.Duration;

/**
 * The configuration of presence, for the channels whose rule has it.
 *
 * @param grace a user who comes back within this time has not left
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
