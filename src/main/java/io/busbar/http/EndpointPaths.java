package io.busbar.http;

import io.busbar.config.Config;
import io.busbar.config.HttpRoute;
import java.util.ArrayList;
import java.util.List;

/** Where the endpoints are mounted, for what is done for all of them alike. */
final class EndpointPaths {
  private final List<String> paths;
  private final List<HttpRoute> routes;

  EndpointPaths(Config config) {
    paths =
        new ArrayList<>(
            List.of(config.bridge().path(), config.stomp().path(), config.sse().path()));
    if (config.pusher().isOn()) {
      paths.add(config.pusher().path());
      paths.add(config.pusher().fallbacks());
    }
    config.services().forEach(service -> paths.add(service.path()));
    config.topics().forEach(topics -> paths.add(topics.path()));
    routes = config.routes();
  }

  /** Whether that is one of them, or below one, or a feature's. */
  boolean contain(String path) {
    return isOfProtocol(path)
        || path != null && routes.stream().anyMatch(route -> route.matches(path));
  }

  /** Whether that is one of a protocol's, or below one. */
  boolean isOfProtocol(String path) {
    for (String ours : paths) {
      if (path != null
          && path.startsWith(ours)
          && (path.length() == ours.length() || path.charAt(ours.length()) == '/')) {
        return true;
      }
    }
    return false;
  }
}
