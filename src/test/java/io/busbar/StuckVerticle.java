package io.busbar;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;

/**
 * A feature that never completes its start or its stop, as {@code in} of its config says. Owned by
 * its event loop.
 */
public final class StuckVerticle extends VerticleBase {
  private static final System.Logger LOG = System.getLogger(StuckVerticle.class.getName());

  @Override
  public Future<?> start() {
    return end("start");
  }

  @Override
  public Future<?> stop() {
    return end("stop");
  }

  private Future<?> end(String phase) {
    if (!phase.equals(config().getString("in"))) {
      return Future.succeededFuture();
    }
    if (phase.equals("start")) {
      LOG.log(System.Logger.Level.INFO, "stuck");
    }
    return Promise.promise().future();
  }
}
