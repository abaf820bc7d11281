package io.busbar.protocol.sockjs;

import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Waits for answers on raw connections. */
final class Polls {
  private Polls() {}

  /** The connection that has something to read first. */
  static RawHttp firstAnswered(RawHttp... connections) {
    RawHttp[] answered = new RawHttp[1];
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .pollInterval(2, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              for (RawHttp connection : connections) {
                if (connection.available() > 0) {
                  answered[0] = connection;
                }
              }
              return answered[0] != null;
            });
    return answered[0];
  }
}
