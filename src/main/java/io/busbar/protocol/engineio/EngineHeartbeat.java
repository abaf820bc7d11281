package io.busbar.protocol.engineio;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * Whether the client of one session is there. In revision 4 the server asks, in 3 the client does;
 * who is silent for too long is given up. Owned by the session's event loop.
 */
final class EngineHeartbeat {
  private final ContextInternal context;
  private final EngineOptions options;
  private final boolean asks;
  private final Runnable ask;
  private final Runnable giveUp;
  private ScheduledFuture<?> next;
  private boolean asked;
  private long heardNanos;

  /**
   * @param ask will ask the client
   * @param giveUp is called when it did not answer
   */
  EngineHeartbeat(
      ContextInternal context,
      EngineRevision revision,
      EngineOptions options,
      Runnable ask,
      Runnable giveUp) {
    this.context = context;
    this.options = options;
    this.asks = revision == EngineRevision.FOUR;
    this.ask = ask;
    this.giveUp = giveUp;
  }

  void start() {
    heardNanos = System.nanoTime();
    after(asks ? options.pingIntervalMillis() : allowedMillis());
  }

  /** How long a client of revision 3 may be silent. */
  private long allowedMillis() {
    return options.pingIntervalMillis() + options.pingTimeoutMillis();
  }

  private void after(long millis) {
    next =
        context
            .nettyEventLoop()
            .schedule(() -> context.emit(nothing -> round()), millis, TimeUnit.MILLISECONDS);
  }

  private void round() {
    if (next == null) {
      return;
    }
    if (asks) {
      if (asked) {
        giveUp.run();
        return;
      }
      asked = true;
      ask.run();
      after(options.pingTimeoutMillis());
      return;
    }
    long left = allowedMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
    if (left <= 0) {
      giveUp.run();
    } else {
      after(left);
    }
  }

  /** The client answered, or asked. */
  void heard() {
    heardNanos = System.nanoTime();
    if (asked && next != null) {
      asked = false;
      next.cancel(false);
      after(options.pingIntervalMillis());
    }
  }

  void stop() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }
}
