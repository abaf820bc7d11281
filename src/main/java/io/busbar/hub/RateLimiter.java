package io.busbar.hub;

import io.busbar.config.LimitsConfig;
import java.util.concurrent.TimeUnit;

/**
 * The limits on a client's messages and bytes per second. A message beyond the limit is refused.
 * Beyond the limit of bytes the client is not read for a while. Owned by the session's event loop.
 */
final class RateLimiter {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Session session;
  private final LimitsConfig limits;
  private long secondStarted;
  private int messagesThisSecond;
  private long bytesPaidUntil = System.nanoTime();
  private boolean throttled;

  RateLimiter(Session session, LimitsConfig limits) {
    this.session = session;
    this.limits = limits;
  }

  /** Counts one message; returns false beyond the limit. */
  boolean message() {
    long now = System.nanoTime();
    if (now - secondStarted >= SECOND_NANOS) {
      secondStarted = now;
      messagesThisSecond = 0;
    }
    return ++messagesThisSecond <= limits.messagesPerSecond();
  }

  /** Counts bytes. Beyond the limit reading stops until the average is within the limit again. */
  void bytes(int count) {
    long now = System.nanoTime();
    long cost = count * SECOND_NANOS / limits.bytesPerSecond().bytes();
    bytesPaidUntil = Math.max(bytesPaidUntil, now) + cost;
    long ahead = bytesPaidUntil - now - SECOND_NANOS;
    if (ahead > 0 && !throttled) {
      throttled = true;
      session.holdBack();
      session.loop().eventLoop().schedule(this::over, ahead, TimeUnit.NANOSECONDS);
    }
  }

  private void over() {
    throttled = false;
    session.readOn();
  }
}
