package io.busbar.deploy;

import io.vertx.core.Future;
import java.util.List;

/**
 * The part of a gateway that serves features, besides running their verticles. Any thread may use
 * it.
 */
public interface FeatureHost {
  /**
   * Checks that another feature fits the other features and the configuration.
   *
   * @throws FeatureException if it does not fit
   */
  void check(List<FeatureContents> others, FeatureContents more);

  /**
   * Will set the rules of channels and queues to those of these features. Rules of other features
   * no longer apply.
   */
  Future<Void> lay(List<FeatureContents> all);

  /** Will give clients the permissions, endpoints and pages of these features, and of no others. */
  Future<Void> open(List<FeatureContents> all);

  /** Returns a host that ignores everything except verticles. */
  static FeatureHost ofVerticlesOnly() {
    return new FeatureHost() {
      @Override
      public void check(List<FeatureContents> others, FeatureContents more) {}

      @Override
      public Future<Void> lay(List<FeatureContents> all) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> open(List<FeatureContents> all) {
        return Future.succeededFuture();
      }
    };
  }
}
