package io.busbar.deploy;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a feature's verticle. Vert.x starts and stops it on the thread of its context.
 * Any thread may call {@link #withdraw}.
 */
final class FeatureInstance implements Deployable {
  private final Vertx vertx;
  private final Deployable verticle;
  private final FeatureMetrics.Counts counts;
  private volatile @Nullable ContextInternal context;

  /**
   * @param counts counts the requests to the feature
   */
  FeatureInstance(Vertx vertx, Deployable verticle, FeatureMetrics.Counts counts) {
    this.vertx = vertx;
    this.verticle = verticle;
    this.counts = counts;
  }

  @Override
  public Future<?> deploy(Context where) throws Exception {
    ContextInternal own = (ContextInternal) where;
    context = own;
    FeatureMetrics metrics = FeatureMetrics.of(vertx);
    if (metrics != null) {
      metrics.counts(own, counts);
    }
    return verticle.deploy(where);
  }

  @Override
  public Future<?> undeploy(Context where) throws Exception {
    FeatureMetrics metrics = FeatureMetrics.of(vertx);
    if (metrics != null) {
      metrics.forget((ContextInternal) where);
    }
    return verticle.undeploy(where);
  }

  /**
   * Will remove its consumers from the bus. Completes when it has handled the messages that had
   * arrived.
   */
  Future<Void> withdraw() {
    if (verticle instanceof ScriptInstance script) {
      script.withdrawn();
    }
    return context == null ? Future.succeededFuture() : Registrations.withdraw(vertx, context);
  }

  @Nullable ContextInternal context() {
    return context;
  }
}
