package io.busbar.protocol.engineio;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the client is alive. In revision 4 the server pings, and the client must answer in
 * time. In revision 3 the client pings, and must not be silent for too long. Owned by the session's
 * event loop.
 */
final class EngineHeartbeat {
  /** The session that is checked. Called on the session's event loop. */
  interface Monitored {
    /** Sends a ping. */
    void ping();

    /** Returns whether the gateway has stopped reading from the client. */
    boolean isHeldBack();

    /** Ends the session, because the client was silent for too long. */
    void silent();
  }

  /** Maximum delay of the event loop that shortens the client's time to answer, in nanoseconds. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final boolean asks;
  private final long intervalMillis;
  private final long timeoutMillis;
  private final ContextInternal context;
  private final Monitored pulse;
  private @Nullable ScheduledFuture<?> next;

  /**
   * The time of the next beat. The time-out counts from it, so delays of two timers do not add up.
   */
  private long dueNanos;

  private long receivedNanos;
  private boolean asked;
  private boolean stopped;

  EngineHeartbeat(
      EngineRevision revision, EngineOptions options, ContextInternal context, Monitored pulse) {
    this.asks = revision == EngineRevision.FOUR;
    this.intervalMillis = options.pingIntervalMillis();
    this.timeoutMillis = options.pingTimeoutMillis();
    this.context = context;
    this.pulse = pulse;
  }

  void start() {
    receivedNanos = System.nanoTime();
    after(asks ? intervalMillis : intervalMillis + timeoutMillis);
  }

  private void after(long millis) {
    at(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(1, millis)));
  }

  private void at(long nanos) {
    dueNanos = nanos;
    next =
        context
            .nettyEventLoop()
            .schedule(
                () -> context.emit(nothing -> beat()),
                nanos - System.nanoTime(),
                TimeUnit.NANOSECONDS);
  }

  private void beat() {
    if (stopped) {
      return;
    }
    if (asks && !asked) {
      asked = true;
      long pinged = Math.max(dueNanos, System.nanoTime() - LATE_NANOS);
      at(pinged + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
      pulse.ping();
      return;
    }
    long silentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - receivedNanos);
    long allowedMillis = intervalMillis + timeoutMillis;
    if (pulse.isHeldBack()) {
      after(timeoutMillis);
    } else if (asks || silentMillis >= allowedMillis) {
      pulse.silent();
    } else {
      after(allowedMillis - silentMillis);
    }
  }

  /** Handles a beat that is due before the request that has come. */
  void catchUp() {
    if (next != null && !stopped && System.nanoTime() >= dueNanos) {
      next.cancel(false);
      beat();
    }
  }

  /** Notes that the client has sent something. */
  void received() {
    receivedNanos = System.nanoTime();
  }

  /** Notes that the client has answered the ping. */
  void ponged() {
    if (next != null && asked && !stopped) {
      asked = false;
      next.cancel(false);
      after(intervalMillis);
    }
  }

  void stop() {
    stopped = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
