package io.busbar.config;

import java.time.Duration;

/**
 * What one call of a function of a feature in JavaScript may take; more ends the script.
 *
 * @param time of a processor that it may use; by the clock ten times that
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
