package io.busbar.presence;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether this node stood still for so long that the others may have taken it for dead. Then
 * it announces nothing for a while: another node may own what it thinks that it owns, and it will
 * soon hear of that. Any thread may ask.
 */
final class PauseDetector {
  private static final long LOOK_MILLIS = 250;

  /** A node that was taken for dead is one of the others again after this. */
  private static final long HOLD_MILLIS = 15_000;

  private final long longMillis;
  private volatile long lookedMillis = System.currentTimeMillis();
  private volatile long holdsUntil;

  /**
   * @param deadAfter after this silence a node counts as dead; null for a node alone
   */
  PauseDetector(Vertx vertx, @Nullable Duration deadAfter) {
    this.longMillis = deadAfter == null ? Long.MAX_VALUE : deadAfter.toMillis() / 2;
    if (deadAfter != null) {
      vertx.setPeriodic(
          LOOK_MILLIS,
          timer -> {
            holdsFor();
            lookedMillis = System.currentTimeMillis();
          });
    }
  }

  /** When this node went on last; milliseconds since 1970, 0 for never. */
  long wokeMillis() {
    holdsFor();
    return Math.max(0, holdsUntil - HOLD_MILLIS);
  }

  /** Milliseconds in which nothing is to be announced; 0 or less for none. */
  long holdsFor() {
    long now = System.currentTimeMillis();
    if (now - lookedMillis > longMillis) {
      holdsUntil = now + HOLD_MILLIS;
    }
    return holdsUntil - now;
  }
}
