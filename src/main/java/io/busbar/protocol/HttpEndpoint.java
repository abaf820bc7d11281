package io.busbar.protocol;

import io.vertx.ext.web.Router;

/** Something that answers on the HTTP port. Mounted once on each event loop's router. */
public interface HttpEndpoint {
  void mount(Router router);
}
