package io.busbar.config;

import java.time.Duration;

/**
 * Leaving.
 *
 * @param pause how long new clients are still taken after the health check has said that this
 *     node leaves: load balancers need it to look elsewhere
 * @param spread over how long the clients of a node in a cluster are told, so that they do not
 *     all come to the others at once; at most half of the timeout
 * @param timeout what is not closed by then, counted from the end of the pause, is cut
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
