package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.Vertx;
import io.vertx.ext.stomp.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The heart-beats of one session in both directions. The server sends a little more often than
 * agreed, and tolerates about twice the agreed silence. Owned by the session's event loop.
 */
final class HeartBeat {
  private static final long NO_TIMER = -1;
  private static final long LEAST_TOLERANCE_MILLIS = 1_000;

  private final Vertx vertx;
  private long lastReceived = System.nanoTime();
  private long sending = NO_TIMER;
  private long expecting = NO_TIMER;

  HeartBeat(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Returns the header as two numbers with a comma and without blanks.
   *
   * @param header null for none; the result is null then
   * @throws ProtocolException when the header is not two numbers
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
   * Starts to send heart-beats and to check those of the client.
   *
   * @param sendMillis interval of the heart-beats that are sent, in milliseconds; 0 for never
   * @param expectMillis interval of the heart-beats that the client sends, in milliseconds; 0 for
   *     never
   * @param silent will be called once when the client was silent for too long
   */
  void start(long sendMillis, long expectMillis, Runnable beat, Runnable silent) {
    lastReceived = System.nanoTime();
    if (sendMillis > 0) {
      sending = vertx.setPeriodic(Math.max(1, sendMillis * 4 / 5), timer -> beat.run());
    }
    if (expectMillis > 0) {
      long tolerated = expectMillis + Math.max(expectMillis, LEAST_TOLERANCE_MILLIS);
      expecting =
          vertx.setPeriodic(
              expectMillis,
              timer -> {
                if ((System.nanoTime() - lastReceived) / 1_000_000 > tolerated) {
                  stop();
                  silent.run();
                }
              });
    }
  }

  /** Notes that the client has sent something. */
  void received() {
    lastReceived = System.nanoTime();
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
