package io.busbar.deploy;

import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The features that nodes have in common, as all of them see it. */
public interface FeatureCatalogue {
  /** By name, those that are gone among them. */
  Future<Map<String, FeatureRecord>> all();

  /**
   * Will put one in the place of another.
   *
   * @param before null where there is none
   * @return whether that was there
   */
  Future<Boolean> replace(@Nullable FeatureRecord before, FeatureRecord now);
}
