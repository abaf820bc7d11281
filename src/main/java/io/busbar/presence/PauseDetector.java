package io.busbar.presence;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Detects that this node was frozen for so long that the others may have taken it for dead. After
 * that the node announces nothing for a while. Another node may own its channels, and this node
 * will soon hear of that. Any thread may use it.
 */
final class PauseDetector {
  private static final long LOOK_MILLIS = 250;

  /** After this time, a node that was taken for dead is a member again. */
  private static final long HOLD_MILLIS = 15_000;

  private final long longMillis;
  private volatile long lookedMillis = System.currentTimeMillis();
  private volatile long holdsUntil;

  /**
   * @param deadAfter the silence after which a node counts as dead; null for a single node
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

  /** When this node last woke, in milliseconds since 1970; 0 for never. */
  long wokeMillis() {
    holdsFor();
    return Math.max(0, holdsUntil - HOLD_MILLIS);
  }

  /** For how many milliseconds nothing may be announced; 0 or less for none. */
  long holdsFor() {
    long now = System.currentTimeMillis();
    if (now - lookedMillis > longMillis) {
      holdsUntil = now + HOLD_MILLIS;
    }
    return holdsUntil - now;
  }
}
