package io.busbar.protocol.pusher;

import io.busbar.hub.Admission;
import io.busbar.hub.Refusal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the rejected requests of an app's backends together with the refusals of clients, and logs
 * them at most once a minute. Any thread may use it.
 */
final class ApiRefusals {
  private static final System.Logger LOG = System.getLogger("io.busbar.pusher");
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_CHARACTERS = 300;

  private final String app;
  private final Admission admission;
  private final LongAdder count = new LongAdder();
  private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - WINDOW_NANOS);

  ApiRefusals(PusherApp app, Admission admission) {
    this.app = app.id();
    this.admission = admission;
  }

  /** Counts a rejected request. */
  void add(int status, String words) {
    count.increment();
    if (status == 401 || status == 403) {
      admission.refuse(Refusal.ACCESS_DENIED);
    } else if (status == 413) {
      admission.refuse(Refusal.MESSAGE_TOO_BIG);
    }
    long now = System.nanoTime();
    long before = loggedAt.get();
    if (now - before >= WINDOW_NANOS && loggedAt.compareAndSet(before, now)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the HTTP API has refused {0} requests of app {1}, the last one with {2}: {3}",
          count.sumThenReset(),
          app,
          status,
          words.length() > MOST_CHARACTERS ? words.substring(0, MOST_CHARACTERS) + "…" : words);
    }
  }
}
