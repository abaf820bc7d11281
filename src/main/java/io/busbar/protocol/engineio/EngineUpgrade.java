package io.busbar.protocol.engineio;

import io.busbar.protocol.session.Downlink;
import io.busbar.protocol.session.OutboundFrames;
import io.busbar.protocol.session.SendOutcome;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The change of a session from polls to a WebSocket. While the client tries the WebSocket no poll
 * waits; the client has none open when it says that it changes. Owned by the session's loop.
 */
final class EngineUpgrade {
  private final OutboundFrames outbound;
  private final EngineUpstream upstream;
  private final ContextInternal context;
  private final long timeoutMillis;

  /** Null while no WebSocket is tried. */
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

  /** Whether there is no WebSocket yet, and none is tried. */
  boolean isPossible() {
    return !done && timeout == null;
  }

  /** A WebSocket is tried; refused when there is one. */
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

  /** The session stays with polls. */
  void abandon() {
    if (timeout != null) {
      stop();
      outbound.release(null);
    }
  }

  /** The session is served by the WebSocket from now on. */
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
