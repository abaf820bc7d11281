package io.busbar.config;

import java.time.Duration;

/**
 * Features that come and go while the node runs.
 *
 * @param enabled whether the admin port takes them; it needs a token then
 * @param directory whose archives run as long as they lie there; empty for none
 * @param size bytes of an archive
 * @param drain how long a feature that was replaced or taken away still answers what it was asked
 * @param script what one call of a function of a script may take
 */
public record DeployConfig(
    boolean enabled,
    @MayBeAbsent String directory,
    Size size,
    Duration drain,
    ScriptConfig script) {
  public DeployConfig {
    directory = directory == null ? "" : directory;
    Checks.between("size", size, 1, 1 << 30);
    Checks.between("drain", drain.toMillis(), 0, 3_600_000);
  }

  static DeployConfig defaults() {
    return new DeployConfig(
        false, "", Size.ofMiB(64), Duration.ofSeconds(30), ScriptConfig.defaults());
  }
}
