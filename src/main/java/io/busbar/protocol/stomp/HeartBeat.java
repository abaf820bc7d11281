package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.Vertx;
import io.vertx.ext.stomp.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The heart-beats of one session, in both directions: we send one a little more often than was
 * agreed, and wait for one about twice as long. Owned by the session's event loop.
 */
final class HeartBeat {
  private static final long NO_TIMER = -1;
  private static final long LEAST_TOLERANCE_MILLIS = 1_000;

  private final Vertx vertx;
  private long lastHeard = System.nanoTime();
  private long sending = NO_TIMER;
  private long expecting = NO_TIMER;

  HeartBeat(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * The header as two numbers and a comma, blanks taken out; null stays null.
   *
   * @throws ProtocolException when it is something else
   */
  static @Nullable String normalized(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String[] parts = header.trim().split("\\s*,\\s*", -1);
    if (parts.length != 2 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("\\d{1,18}")) {
      throw new ProtocolException(
          Disconnect.PROTOCOL_ERROR,
          Frame.HEARTBEAT + " is two numbers of milliseconds with a comma between them");
    }
    return clamped(parts[0]) + "," + clamped(parts[1]);
  }

  private static long clamped(String millis) {
    return Math.min(Long.parseLong(millis), Integer.MAX_VALUE / 2);
  }

  /**
   * Will beat and listen from now on; 0 is never.
   *
   * @param silent will be called once when nothing was heard for too long
   */
  void start(long sendMillis, long expectMillis, Runnable beat, Runnable silent) {
    lastHeard = System.nanoTime();
    if (sendMillis > 0) {
      sending = vertx.setPeriodic(Math.max(1, sendMillis * 4 / 5), timer -> beat.run());
    }
    if (expectMillis > 0) {
      long tolerated = expectMillis + Math.max(expectMillis, LEAST_TOLERANCE_MILLIS);
      expecting =
          vertx.setPeriodic(
              expectMillis,
              timer -> {
                if ((System.nanoTime() - lastHeard) / 1_000_000 > tolerated) {
                  stop();
                  silent.run();
                }
              });
    }
  }

  /** The client said something. */
  void heard() {
    lastHeard = System.nanoTime();
  }

  void stop() {
    cancel(sending);
    cancel(expecting);
    sending = NO_TIMER;
    expecting = NO_TIMER;
  }

  private void cancel(long timer) {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
  }
}
