package io.busbar.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The checks that each path of the HTTP port belongs to one endpoint, service, topic bus or route.
 * Used by one thread, for one configuration.
 */
final class PathChecks {
  private static final String LIBRARIES = "/webjars";

  private final List<ServiceConfig> services;

  /** For each path the error text for others that want it, too. */
  private final Map<String, String> takenBy = new HashMap<>();

  PathChecks(List<ServiceConfig> services) {
    this.services = services;
  }

  /** Checks the endpoints of all protocols, then the services. */
  PathChecks endpoints(
      BridgeConfig bridge,
      StompConfig stomp,
      SocketIoConfig socketio,
      SseConfig sse,
      PusherConfig pusher) {
    takenBy.put(bridge.path(), "is the path of the bridge, too");
    take("stomp.path", stomp.path(), "is the path of STOMP, too");
    take("socketio.path", socketio.path(), "is the path of Socket.IO, too");
    take("sse.path", sse.path(), "is the path of server-sent events, too");
    if (pusher.isOn()) {
      take("pusher.path", pusher.path(), "is the path of Pusher, too");
      take("pusher.path", pusher.fallbacks(), "is the path of Pusher's fallbacks, too");
      take("pusher.api", pusher.api(), "is the path of Pusher's HTTP API, too");
    }
    for (int i = 0; i < services.size(); i++) {
      String key = "services[" + i + "].path";
      take(key, services.get(i).path(), "is given to " + key);
    }
    return this;
  }

  PathChecks topics(List<TopicsConfig> topics) {
    for (int i = 0; i < topics.size(); i++) {
      String key = "topics[" + i + "].path";
      take(key, topics.get(i).path(), "is given to " + key);
    }
    return this;
  }

  /**
   * Checks the routes of features. An endpoint has everything below its path, and each route needs
   * its own path. A route without GET may share the path of a service.
   */
  void features(List<FeatureConfig> features) {
    takenBy.put(LIBRARIES, "is the path of the gateway's own libraries, too");
    Set<String> shareable = shareable(services);
    Map<String, String> routes = new HashMap<>();
    for (int i = 0; i < features.size(); i++) {
      List<HttpRoute> http = features.get(i).http();
      for (int j = 0; j < http.size(); j++) {
        String route = "features[" + i + "].http[" + j + "]";
        String key = route + ".path";
        HttpRoute each = http.get(j);
        boolean shares = each.leavesGet() && shareable.contains(each.path());
        takenBy.forEach(
            (path, words) -> {
              boolean isShared = shares && path.equals(each.path());
              Checks.require(isShared || !each.meets(path), key, words);
            });
        String before = routes.putIfAbsent(each.path(), "is that of " + route + ", too");
        Checks.unique(key, before);
      }
    }
  }

  /** Returns the paths where a service uses only GET; Engine.IO uses POST, too. */
  static Set<String> shareable(List<ServiceConfig> services) {
    return services.stream()
        .filter(service -> !service.engineio())
        .map(ServiceConfig::path)
        .collect(Collectors.toSet());
  }

  private void take(String key, String path, String words) {
    String before = takenBy.putIfAbsent(path, words);
    Checks.unique(key, before);
  }
}
