package io.busbar.http;

import io.busbar.config.Config;
import io.busbar.config.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the endpoints, for handlers that treat them all the same way. Any thread may use it.
 */
public final class EndpointPaths {
  private record Current(List<String> paths, List<HttpRoute> routes) {}

  private volatile Current current;

  public EndpointPaths(Config config) {
    become(config);
  }

  /** Replaces the paths by those of the configuration. */
  public void become(Config config) {
    List<String> paths =
        new ArrayList<>(
            List.of(config.bridge().path(), config.stomp().path(), config.sse().path()));
    if (config.pusher().isOn()) {
      paths.add(config.pusher().path());
      paths.add(config.pusher().fallbacks());
    }
    config.services().forEach(service -> paths.add(service.path()));
    config.topics().forEach(topics -> paths.add(topics.path()));
    current = new Current(paths, config.routes());
  }

  /**
   * Returns whether the path belongs to an endpoint or to a feature, or is below the path of an
   * endpoint.
   */
  boolean contain(@Nullable String path) {
    return isOfProtocol(path)
        || path != null && current.routes.stream().anyMatch(route -> route.matches(path));
  }

  /** Returns whether the path belongs to a protocol, or is below one. */
  boolean isOfProtocol(@Nullable String path) {
    for (String ours : current.paths) {
      if (path != null
          && path.startsWith(ours)
          && (path.length() == ours.length() || path.charAt(ours.length()) == '/')) {
        return true;
      }
    }
    return false;
  }
}
