package io.busbar.protocol.engineio;

import io.busbar.protocol.session.Downlink;
import io.busbar.protocol.session.OutboundFrames;
import io.busbar.protocol.session.SendOutcome;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The upgrade of a session from polls to a WebSocket. During the probe no poll waits, and the
 * client has no poll open when it upgrades. Owned by the session's event loop.
 */
final class EngineUpgrade {
  private final OutboundFrames outbound;
  private final EngineUpstream upstream;
  private final ContextInternal context;
  private final long timeoutMillis;

  /** Null while no probe is in progress. */
  private @Nullable ScheduledFuture<?> timeout;

  private boolean done;

  EngineUpgrade(
      OutboundFrames outbound,
      EngineUpstream upstream,
      ContextInternal context,
      long timeoutMillis) {
    this.outbound = outbound;
    this.upstream = upstream;
    this.context = context;
    this.timeoutMillis = timeoutMillis;
  }

  /** Returns whether there is neither a WebSocket nor a probe. */
  boolean isPossible() {
    return !done && timeout == null;
  }

  /** Starts a probe; refused when there is a WebSocket. */
  SendOutcome begin() {
    if (!isPossible()) {
      return SendOutcome.REFUSED;
    }
    timeout =
        context
            .nettyEventLoop()
            .schedule(() -> outbound.here(this::abandon), timeoutMillis, TimeUnit.MILLISECONDS);
    outbound.release(EngineAnswers.INSTANCE.nothing());
    upstream.changing();
    return SendOutcome.TAKEN;
  }

  /** Ends the probe; the session continues with polls. */
  void abandon() {
    if (timeout != null) {
      stop();
      outbound.release(null);
    }
  }

  /** Completes the upgrade: the WebSocket replaces the polls. */
  void finish(Downlink socket) {
    if (timeout == null) {
      socket.refuse();
    } else {
      stop();
      done = true;
      outbound.replaceBy(socket, EngineAnswers.INSTANCE.nothing());
    }
  }

  void stop() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
      upstream.changed();
    }
  }
}
