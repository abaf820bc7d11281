package io.busbar.config;

import java.time.Duration;

/**
 * The configuration of how a node stops.
 *
 * @param pause how long the node still accepts clients after its health check has failed, so that
 *     load balancers have time to react
 * @param spread time over which a node in a cluster closes its sessions, at most half of the
 *     timeout. So its clients do not reach the other nodes at once
 * @param timeout everything that is open this long after the pause is cut
 */
public record ShutdownConfig(Duration pause, Duration spread, Duration timeout) {
  public ShutdownConfig {
    Checks.notNegative("pause", pause);
    Checks.notNegative("spread", spread);
    Checks.positive("timeout", timeout);
  }

  static ShutdownConfig defaults() {
    return new ShutdownConfig(Duration.ZERO, Duration.ofSeconds(3), Duration.ofSeconds(10));
  }
}
