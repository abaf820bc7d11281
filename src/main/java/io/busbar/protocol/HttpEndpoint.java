package io.busbar.protocol;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.List;

/** Something that answers on the HTTP port. Mounted once on each event loop's router. */
public interface HttpEndpoint {
  void mount(Router router);

  /** The WebSocket sub-protocols that it speaks, best first. */
  default List<String> subProtocols() {
    return List.of();
  }

  /**
   * Will complete when all clients whose sessions have been closed were told so, or have had the
   * time for it: those of some transports have to come and ask.
   */
  default Future<Void> saidGoodbye(Vertx vertx) {
    return Future.succeededFuture();
  }
}
