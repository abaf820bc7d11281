package io.busbar.deploy;

import io.vertx.core.Future;
import java.util.List;

/** What a gateway does for features beside running their verticles. Any thread may call. */
public interface FeatureHost {
  /**
   * Whether one more fits to the others and to the configuration.
   *
   * @throws FeatureException where it does not
   */
  void check(List<FeatureContents> others, FeatureContents more);

  /** Completes when the rules of channels and queues that they bring hold, and no others. */
  Future<Void> lay(List<FeatureContents> all);

  /** From now on clients may do what they allow, and find what they have; and nothing else. */
  Future<Void> open(List<FeatureContents> all);

  /** One that takes nothing but verticles. */
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
