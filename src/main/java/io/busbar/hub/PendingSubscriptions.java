package io.busbar.hub;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a session that its channels have not admitted yet, and what the client said
 * after them, which waits. Owned by the session's event loop.
 */
final class PendingSubscriptions {
  /** Subscriptions in flight before the client is not read from any more. */
  private static final int BEFORE_PAUSE = 64;

  /** What may wait before the client is not read from any more. */
  private static final int DEFERRED_BEFORE_PAUSE = 64;

  private final Session session;
  private Map<Subscription, Promise<Subscription>> inFlight = Map.of();
  private @Nullable ArrayDeque<Runnable> deferred;
  private boolean left;

  PendingSubscriptions(Session session) {
    this.session = session;
  }

  void expect(Subscription subscription, Promise<Subscription> promise) {
    if (inFlight.isEmpty()) {
      inFlight = new LinkedHashMap<>(4);
    }
    inFlight.put(subscription, promise);
    if (inFlight.size() == BEFORE_PAUSE) {
      session.holdBack();
    }
  }

  /** Runs the task when no subscription is in flight, in the order of the calls. */
  void whenSettled(Runnable task) {
    if (left || inFlight.isEmpty() && deferred == null) {
      task.run();
      return;
    }
    deferred = deferred == null ? new ArrayDeque<>() : deferred;
    deferred.add(task);
    if (deferred.size() == DEFERRED_BEFORE_PAUSE) {
      session.holdBack();
    }
  }

  /** The channel has decided; null when it was not expected. */
  @Nullable Promise<Subscription> landed(Subscription subscription) {
    Promise<Subscription> promise = inFlight.remove(subscription);
    if (promise != null && inFlight.size() == BEFORE_PAUSE - 1) {
      session.readOn();
    }
    if (inFlight.isEmpty()) {
      inFlight = Map.of();
    }
    return promise;
  }

  /** Runs what waited, if there is nothing to wait for any more. */
  void runDeferred() {
    if (inFlight.isEmpty() && deferred != null) {
      runAll();
    }
  }

  private void runAll() {
    ArrayDeque<Runnable> tasks = deferred;
    deferred = null;
    boolean paused = tasks.size() >= DEFERRED_BEFORE_PAUSE;
    tasks.forEach(task -> session.loop().context().emit(null, nothing -> task.run()));
    if (paused) {
      session.readOn();
    }
  }

  /** The session is gone: nothing is waited for any more, and what it said before is said. */
  void leave() {
    left = true;
    if (deferred != null) {
      runAll();
    }
  }
}
