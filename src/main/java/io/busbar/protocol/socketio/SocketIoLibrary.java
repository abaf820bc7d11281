package io.busbar.protocol.socketio;

import io.busbar.config.SocketIoConfig;
import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * The endpoint for the client library, at the paths of stock servers: the copy in the jar, or a
 * configured file. Immutable.
 */
public final class SocketIoLibrary implements HttpEndpoint {
  private static final List<String> NAMES =
      List.of("socket.io.js", "socket.io.min.js", "socket.io.esm.min.js");
  private static final String IN_THE_JAR = "/webjars/socket.io-client/dist/socket.io.js";

  private final SocketIoConfig config;

  public SocketIoLibrary(SocketIoConfig config) {
    this.config = config;
  }

  @Override
  public void mount(Router router) {
    for (String name : NAMES) {
      router
          .route(config.path() + "/" + name)
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .handler(config.client().isEmpty() ? routing -> ofTheJar(routing, name) : this::ofFile);
    }
  }

  /** The copy in the jar is not an ES module. */
  private static void ofTheJar(RoutingContext routing, String name) {
    if (name.contains("esm")) {
      routing.next();
    } else {
      routing.reroute(IN_THE_JAR);
    }
  }

  private void ofFile(RoutingContext routing) {
    routing
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/javascript; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .sendFile(config.client())
        .onFailure(routing::fail);
  }
}
