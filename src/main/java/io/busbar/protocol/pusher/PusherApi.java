package io.busbar.protocol.pusher;

import io.busbar.config.PusherConfig;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The endpoint for backends with Pusher's HTTP API, at {@code /apps/{id of the app}}. Any thread
 * may use it; each event loop has its own {@link ApiRequests}.
 */
public final class PusherApi implements HttpEndpoint {
  private static final String NOBODY_SIGNS = "This app has no secret: nobody can sign for it";

  private final String path;
  private final List<PusherApp> apps;
  private final Hub hub;
  private final Trigger trigger;
  private final ApiChannels channels;
  private final PusherNodes nodes;
  private final Map<String, ApiRefusals> refusals = new HashMap<>();

  /** The ids of apps without a secret. */
  private final Set<String> unsigned;

  public PusherApi(
      Vertx vertx, Hub hub, PusherConfig config, List<PusherApp> apps, PusherNodes nodes) {
    this.path = config.api();
    this.apps = apps;
    this.hub = hub;
    this.nodes = nodes;
    this.trigger = new Trigger(vertx, hub.history());
    this.channels = new ApiChannels(vertx, hub, nodes);
    apps.forEach(app -> refusals.put(app.id(), new ApiRefusals(app, hub.admission())));
    this.unsigned = unsigned(apps);
  }

  private static Set<String> unsigned(List<PusherApp> apps) {
    return apps.stream()
        .filter(app -> !app.signatures().arePossible())
        .map(PusherApp::id)
        .collect(Collectors.toSet());
  }

  @Override
  public void mount(Router router) {
    Map<String, ApiRequests> requests = new HashMap<>();
    for (PusherApp app : apps) {
      ApiRefusals refused = refusals.get(app.id());
      if (refused == null || unsigned.contains(app.id())) {
        continue;
      }
      RequestSignature signature = new RequestSignature(app, System::currentTimeMillis);
      requests.put(
          app.id(),
          new ApiRequests(app, signature, hub.inbound(), trigger, channels, nodes, refused));
    }
    router
        .route(path + "/*")
        .handler(
            routing -> {
              String asked = routing.request().path();
              ApiPath what =
                  ApiPath.of(asked.startsWith(path) ? asked.substring(path.length()) : "");
              ApiRequests its = requests.get(what.app());
              ApiRefusals counted = refusals.get(what.app());
              if (counted != null && unsigned.contains(what.app())) {
                counted.add(401, NOBODY_SIGNS);
                ApiRequests.refuse(routing.request(), 401, NOBODY_SIGNS);
              } else if (its == null) {
                ApiRequests.refuse(routing.request(), 404, "Unknown app");
              } else {
                its.take(routing, what);
              }
            });
  }
}
