package io.busbar.protocol.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The end of an endpoint whose clients have to come and ask before they can be told of it. */
public final class Goodbyes {
  private static final long GOODBYE_NANOS = 2_000_000_000L;
  private static final long CHECK_MILLIS = 20;

  private Goodbyes() {}

  /**
   * Will complete when all clients were told, or have had the time to come. Those whose session is
   * on another node are let go last: they turn to the nodes that stay.
   *
   * @param told whether nobody is left to be told
   * @param cluster null when there can be no other nodes
   */
  public static Future<Void> said(Vertx vertx, BooleanSupplier told, @Nullable SessionCluster cluster) {
    return until(vertx, told)
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
   * Looks now and then; no timer that is cancelled by what it runs, which Vert.x may not survive.
   */
  private static Future<Void> until(Vertx vertx, BooleanSupplier done) {
    return until(vertx, done, System.nanoTime() + GOODBYE_NANOS);
  }

  private static Future<Void> until(Vertx vertx, BooleanSupplier done, long limit) {
    return done.getAsBoolean() || System.nanoTime() - limit > 0
        ? Future.succeededFuture()
        : vertx.timer(CHECK_MILLIS).compose(passed -> until(vertx, done, limit));
  }
}
