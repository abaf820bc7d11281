package io.busbar.deploy;

import io.vertx.core.Deployable;
import io.vertx.core.Vertx;

/** The code of one version of a feature. Any thread may use it. */
public interface FeatureCode {
  /**
   * One more instance of it.
   *
   * @throws FeatureException where it cannot be made
   */
  Deployable instance(Vertx vertx);

  /** What its threads find as their class loader. */
  ClassLoader classes();

  /** Gives back what it holds, when no instance runs any more. */
  void close();
}
