package io.busbar.feature;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/**
 * The name of the node in the addresses of features. It differs between nodes, so no two nodes use
 * the same address.
 */
final class NodeName {
  static final String ALONE = "demo";
  private static final String PLACE = "{node}";
  private static final int LETTERS = 8;

  private NodeName() {}

  /** Replaces {@code {node}} in the address by the name of the node. */
  static String in(String address, Vertx vertx) {
    return address.replace(PLACE, of(vertx));
  }

  private static String of(Vertx vertx) {
    if (!vertx.isClustered()) {
      return ALONE;
    }
    String id = ((VertxInternal) vertx).clusterManager().getNodeId();
    return id.substring(0, Math.min(id.length(), LETTERS));
  }
}
