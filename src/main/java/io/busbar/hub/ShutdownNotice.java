package io.busbar.hub;

import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The closing of one event loop's sessions when the node stops. It closes some in each tenth of a
 * second, so that not all clients reach another node at once. Owned by that loop.
 */
final class ShutdownNotice {
  private static final long STEP_MILLIS = 100;

  private final Loop loop;
  private final Disconnect why;
  private final Promise<Void> done;
  private final Deque<Session> left;
  private final int perStep;

  ShutdownNotice(Loop loop, Disconnect why, Duration spread, Promise<Void> done) {
    this.loop = loop;
    this.why = why;
    this.done = done;
    this.left = new ArrayDeque<>(loop.sessions());
    long steps = Math.max(1, spread.toMillis() / STEP_MILLIS);
    this.perStep = Math.max(1, Math.toIntExact((left.size() + steps - 1) / steps));
  }

  void start() {
    for (int i = 0; i < perStep && !left.isEmpty(); i++) {
      left.poll().close(why);
    }
    if (left.isEmpty()) {
      loop.eventLoop().execute(done::complete);
    } else {
      loop.eventLoop().schedule(this::start, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
