package io.busbar.protocol;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.List;

/**
 * An endpoint of the HTTP port. It is mounted once on the router of each event loop, and its
 * handlers run on that loop.
 */
public interface HttpEndpoint {
  void mount(Router router);

  /** Returns its WebSocket sub-protocols, the best first. */
  default List<String> subProtocols() {
    return List.of();
  }

  /**
   * Will complete when the clients of all closed sessions were told, or had the time to ask.
   * Clients of some transports hear of it only when they ask.
   */
  default Future<Void> closeNotified(Vertx vertx) {
    return Future.succeededFuture();
  }
}
