package io.busbar.protocol.session;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for responses on raw connections. */
public final class Polls {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);

  private Polls() {}

  /** Returns the connection that first has something to read. */
  public static RawHttp firstAnswered(RawHttp... connections) throws IOException {
    long started = System.nanoTime();
    while (System.nanoTime() - started < PATIENCE_NANOS) {
      for (RawHttp connection : connections) {
        if (connection.available() > 0) {
          return connection;
        }
      }
      LockSupport.parkNanos(50_000);
    }
    throw new IllegalStateException("nothing came");
  }
}
