package io.busbar.rabbitmq;

import io.busbar.config.RabbitMqConfig.BackOff;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next try: doubling, with jitter. Belongs to one event loop. */
final class Pause {
  private static final int MOST_DOUBLINGS = 30;

  private final long first;
  private final long longest;
  private int failures;

  Pause(BackOff backOff) {
    this.first = backOff.first().toMillis();
    this.longest = Math.max(first, backOff.longest().toMillis());
  }

  /** Will be twice as long the next time. From half of it to all of it, by chance. */
  long nextMillis() {
    long full = Math.min(longest, first << Math.min(failures, MOST_DOUBLINGS));
    full = full <= 0 ? longest : full;
    failures++;
    return Math.max(1, full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }

  void reset() {
    failures = 0;
  }
}
