package io.busbar.config;

import java.time.Duration;

/**
 * The configuration of server-sent events at the path: GET listens, POST sends.
 *
 * @param heartbeat a stream that was silent for this long gets a comment
 * @param retry how long a client waits before it connects again, and up to twice that
 */
public record SseConfig(String path, Duration heartbeat, Duration retry) {
  public SseConfig {
    Checks.path("path", path);
    Checks.positive("heartbeat", heartbeat);
    Checks.between("retry", retry.toMillis(), 1, 3_600_000);
  }

  static SseConfig defaults() {
    return new SseConfig("/events", Duration.ofSeconds(15), Duration.ofSeconds(2));
  }
}
