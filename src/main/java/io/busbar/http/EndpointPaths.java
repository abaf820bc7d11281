package io.busbar.http;

import io.busbar.config.Config;
import io.busbar.config.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the endpoints are mounted, for what is done for all of them alike. Any thread may change it
 * and ask.
 */
public final class EndpointPaths {
  private record Current(List<String> paths, List<HttpRoute> routes) {}

  private volatile Current current;

  public EndpointPaths(Config config) {
    become(config);
  }

  /** From now on they are where this says. */
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

  /** Whether that is one of them, or below one, or a feature's. */
  boolean contain(@Nullable String path) {
    return isOfProtocol(path)
        || path != null && current.routes.stream().anyMatch(route -> route.matches(path));
  }

  /** Whether that is one of a protocol's, or below one. */
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
