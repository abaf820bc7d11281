package io.busbar.protocol.engineio;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the client is there. In revision 4 the server pings, and a client that does not
 * answer in time is given up; in revision 3 the client pings, and is given up when it was silent
 * for too long. Owned by the session's loop.
 */
final class EngineHeartbeat {
  /** The session whose client it is. */
  interface Pulse {
    /** Sends a ping. */
    void ping();

    /** Whether the client may not be heard because we read nothing from it. */
    boolean isHeldBack();

    /** The client is given up. */
    void silent();
  }

  /** A loop that comes later to a ping gives its client the whole time to answer. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final boolean asks;
  private final long intervalMillis;
  private final long timeoutMillis;
  private final ContextInternal context;
  private final Pulse pulse;
  private @Nullable ScheduledFuture<?> next;

  /** When that is due: the time-out runs from there, so that two timers add no delay. */
  private long dueNanos;

  private long heardNanos;
  private boolean asked;
  private boolean stopped;

  EngineHeartbeat(
      EngineRevision revision, EngineOptions options, ContextInternal context, Pulse pulse) {
    this.asks = revision == EngineRevision.FOUR;
    this.intervalMillis = options.pingIntervalMillis();
    this.timeoutMillis = options.pingTimeoutMillis();
    this.context = context;
    this.pulse = pulse;
  }

  void start() {
    heardNanos = System.nanoTime();
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
    long silentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
    long allowedMillis = intervalMillis + timeoutMillis;
    if (pulse.isHeldBack()) {
      after(timeoutMillis);
    } else if (asks || silentMillis >= allowedMillis) {
      pulse.silent();
    } else {
      after(allowedMillis - silentMillis);
    }
  }

  /** A request came: what was due before it comes first. */
  void catchUp() {
    if (next != null && !stopped && System.nanoTime() >= dueNanos) {
      next.cancel(false);
      beat();
    }
  }

  /** The client said something. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** The client answered the ping. */
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
