package io.busbar.protocol.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Ends an endpoint whose clients must send a request before they can be told. */
public final class CloseNotifications {
  private static final long CLOSE_NANOS = 2_000_000_000L;
  private static final long CHECK_MILLIS = 20;

  private CloseNotifications() {}

  /**
   * Will complete when all clients were told or a time limit has passed. Clients with a session on
   * another node are released last, and connect to the remaining nodes.
   *
   * @param notified whether all clients were told
   * @param cluster null without a cluster
   */
  public static Future<Void> whenSent(
      Vertx vertx, BooleanSupplier notified, @Nullable SessionCluster cluster) {
    return until(vertx, notified)
        .compose(
            done -> {
              if (cluster == null) {
                return Future.succeededFuture();
              }
              cluster.forwarding().dismissAll();
              return until(vertx, () -> cluster.forwarding().isIdle());
            });
  }

  /**
   * Checks repeatedly with one-shot timers. Vert.x may not survive a periodic timer that its own
   * task cancels.
   */
  private static Future<Void> until(Vertx vertx, BooleanSupplier done) {
    return until(vertx, done, System.nanoTime() + CLOSE_NANOS);
  }

  private static Future<Void> until(Vertx vertx, BooleanSupplier done, long limit) {
    return done.getAsBoolean() || System.nanoTime() - limit > 0
        ? Future.succeededFuture()
        : vertx.timer(CHECK_MILLIS).compose(passed -> until(vertx, done, limit));
  }
}
