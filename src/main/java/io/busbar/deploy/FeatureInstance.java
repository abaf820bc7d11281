package io.busbar.deploy;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/** One instance of a feature's verticle, which first answers what it was asked when it ends. */
final class FeatureInstance implements Deployable {
  private final Vertx vertx;
  private final Deployable verticle;
  private volatile ContextInternal context;

  FeatureInstance(Vertx vertx, Deployable verticle) {
    this.vertx = vertx;
    this.verticle = verticle;
  }

  @Override
  public Future<?> deploy(Context where) throws Exception {
    context = (ContextInternal) where;
    return verticle.deploy(where);
  }

  @Override
  public Future<?> undeploy(Context where) throws Exception {
    return verticle.undeploy(where);
  }

  /** Will hear nothing new. */
  Future<Void> withdraw() {
    if (verticle instanceof ScriptInstance script) {
      script.withdrawn();
    }
    return context == null ? Future.succeededFuture() : Registrations.withdraw(vertx, context);
  }

  ContextInternal context() {
    return context;
  }
}
