package io.busbar.config;

import java.time.Duration;

/**
 * The limits for one call of a function of a feature in JavaScript; a call beyond them ends the
 * script.
 *
 * @param time CPU time of the call; the limit by the clock is ten times that
 * @param memory bytes that it may allocate; never more than a quarter of the heap
 */
public record ScriptConfig(Duration time, Size memory) {
  public ScriptConfig {
    Checks.between("time", time.toMillis(), 10, 600_000);
    Checks.between("memory", memory, 1 << 20, 1L << 40);
  }

  static ScriptConfig defaults() {
    return new ScriptConfig(Duration.ofSeconds(2), Size.ofMiB(256));
  }
}
