package io.busbar.protocol.sockjs;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The cluster-wide registration of one session on this node. Owned by the session's event loop
 * after {@link #keep}.
 *
 * @see SessionRegistry
 */
final class SessionRegistration {
  private final SessionRegistry registry;
  private final String id;
  private final String entry;
  private @Nullable ScheduledFuture<?> renewal;
  private boolean released;

  SessionRegistration(SessionRegistry registry, String id, String entry) {
    this.registry = registry;
    this.id = id;
    this.entry = entry;
  }

  /**
   * Renews the registration from now on.
   *
   * @param lost will be called on that event loop when another node has the session's id
   */
  void keep(ContextInternal context, Runnable lost) {
    renewal =
        context
            .nettyEventLoop()
            .schedule(
                () -> context.emit(nothing -> renew(context, lost)),
                registry.renewalMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void renew(ContextInternal context, Runnable lost) {
    if (released) {
      return;
    }
    keep(context, lost);
    registry
        .renew(id, entry)
        .onSuccess(
            ours -> {
              if (!ours && !released) {
                lost.run();
              }
            });
  }

  /** Removes the registration. */
  void release() {
    if (!released) {
      released = true;
      if (renewal != null) {
        renewal.cancel(false);
      }
      registry.release(id, entry);
    }
  }
}
