package io.busbar.config;

import java.time.Duration;

/**
 * The configuration of features that are deployed and undeployed while the node runs.
 *
 * @param enabled whether the admin port accepts features; needs a token
 * @param directory each archive in this folder runs while it is there; empty for none
 * @param size maximum size of an archive
 * @param drain how long a replaced or removed feature may still answer earlier requests
 * @param script limits for one call of a script's function
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
