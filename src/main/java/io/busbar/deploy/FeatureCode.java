package io.busbar.deploy;

import io.vertx.core.Deployable;
import io.vertx.core.Vertx;

/** The code of one version of a feature. Any thread may use it. */
public interface FeatureCode {
  /**
   * Makes another instance of the verticle.
   *
   * @throws FeatureException if that is not possible
   */
  Deployable instance(Vertx vertx);

  /** The context class loader for the threads of the verticle. */
  ClassLoader classes();

  /** Releases the classes and files. Call it when no instance runs any more. */
  void close();
}
