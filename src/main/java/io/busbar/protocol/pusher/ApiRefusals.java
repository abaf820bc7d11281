package io.busbar.protocol.pusher;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What was wrong with requests of an app's backends: told in the log once a minute at most. */
final class ApiRefusals {
  private static final System.Logger LOG = System.getLogger("io.busbar.pusher");
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_CHARACTERS = 300;

  private final String app;
  private final LongAdder count = new LongAdder();
  private final AtomicLong told = new AtomicLong(System.nanoTime() - WINDOW_NANOS);

  ApiRefusals(PusherApp app) {
    this.app = app.id();
  }

  /** Any thread may add. */
  void add(int status, String words) {
    count.increment();
    long now = System.nanoTime();
    long before = told.get();
    if (now - before >= WINDOW_NANOS && told.compareAndSet(before, now)) {
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
