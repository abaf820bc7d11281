package io.busbar.hub;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a session that their channels have not admitted yet, and later messages of
 * the client, which wait for them. Owned by the session's event loop.
 */
final class PendingSubscriptions {
  /** Number of subscriptions in flight at which reading from the client stops. */
  private static final int BEFORE_PAUSE = 64;

  /** Number of waiting messages at which reading from the client stops. */
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

  /** Will run the task when no subscription is in flight, in the order of the calls. */
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

  /**
   * Removes the subscription, because its channel has decided; returns null when it was not
   * expected.
   */
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

  /** Runs the waiting tasks if no subscription is in flight. */
  void runDeferred() {
    if (inFlight.isEmpty() && deferred != null) {
      runAll(deferred);
    }
  }

  private void runAll(ArrayDeque<Runnable> tasks) {
    deferred = null;
    boolean paused = tasks.size() >= DEFERRED_BEFORE_PAUSE;
    tasks.forEach(task -> session.loop().context().emit(null, nothing -> task.run()));
    if (paused) {
      session.readOn();
    }
  }

  /** Stops waiting, because the session has ended; tasks from before still run. */
  void leave() {
    left = true;
    if (deferred != null) {
      runAll(deferred);
    }
  }
}
