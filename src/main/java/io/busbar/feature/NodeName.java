package io.busbar.feature;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/** What features call their node in addresses, so that two nodes do not speak as one. */
final class NodeName {
  static final String ALONE = "demo";
  private static final String PLACE = "{node}";
  private static final int LETTERS = 8;

  private NodeName() {}

  /** Puts the node's name in the place of {@code {node}}. */
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
