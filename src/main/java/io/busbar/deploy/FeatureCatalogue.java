package io.busbar.deploy;

import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The list of the features that the nodes of a cluster share. All nodes see the same list. Any
 * thread may use it.
 */
public interface FeatureCatalogue {
  /**
   * Will return all records by the names of the features. The records of undeployed features are
   * among them.
   */
  Future<Map<String, FeatureRecord>> all();

  /**
   * Will replace one record by another in one atomic step.
   *
   * @param before the record to replace; null if there is none
   * @return whether the record before was there and is replaced
   */
  Future<Boolean> replace(@Nullable FeatureRecord before, FeatureRecord now);
}
