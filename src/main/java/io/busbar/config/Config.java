package io.busbar.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What can be configured, with every default. {@code config/busbar.yaml} shows the same values with
 * a word on each; a test proves the two equal.
 *
 * @param eventLoops threads that serve the sockets; 0 is one per core
 * @param transport how they do it
 * @param data the folder for all that is kept on disk; made when it is first needed
 * @param topics where clients of the topic bus connect
 * @param features the verticles to deploy, in this order
 * @param workers addresses that clients answer
 * @param permissions what clients may do; nothing that no rule allows
 * @param channels rules for channels, the first whose pattern matches counts
 * @param webhooks who is told of events by HTTP
 */
public record Config(
    LogConfig log,
    int eventLoops,
    SocketTransport transport,
    String data,
    HttpConfig http,
    LimitsConfig limits,
    SockJsConfig sockjs,
    BridgeConfig bridge,
    StompConfig stomp,
    TcpBridgeConfig tcpBridge,
    SocketIoConfig socketio,
    SseConfig sse,
    PusherConfig pusher,
    QueuesConfig queues,
    StreamsConfig streams,
    PresenceConfig presence,
    List<ServiceConfig> services,
    List<TopicsConfig> topics,
    List<FeatureConfig> features,
    List<WorkerConfig> workers,
    List<Permission> permissions,
    List<ChannelRule> channels,
    ClusterConfig cluster,
    RabbitMqConfig rabbitmq,
    List<WebhookConfig> webhooks,
    AuthConfig auth,
    AdminConfig admin,
    DeployConfig deploy,
    ShutdownConfig shutdown) {
  public Config {
    Checks.between("event-loops", eventLoops, 0, 1024);
    Checks.text("data", data);
    webhooks = List.copyOf(webhooks);
    services = List.copyOf(services);
    topics = List.copyOf(topics);
    features = List.copyOf(features);
    workers = List.copyOf(workers);
    permissions = List.copyOf(permissions);
    channels = List.copyOf(channels);
    CrossChecks.webhookNames(webhooks);
    if (cluster.enabled()) {
      CrossChecks.storesOfACluster(queues, webhooks, streams);
    }
    Checks.require(
        !deploy.enabled() || !admin.token().isEmpty(),
        "deploy.enabled",
        "takes an admin.token: whoever shows that may run code here");
    CrossChecks.workers(workers, services);
    new PathChecks(services)
        .endpoints(bridge, stomp, socketio, sse, pusher)
        .topics(topics)
        .features(features);
  }

  /**
   * The same with what features bring: their paths, and their rules after those of this.
   *
   * @throws ConfigException where one of them does not fit
   */
  public Config with(List<FeatureManifest> brought) {
    if (brought.isEmpty()) {
      return this;
    }
    return new Config(
        log,
        eventLoops,
        transport,
        data,
        http,
        limits,
        sockjs,
        bridge,
        stomp,
        tcpBridge,
        socketio,
        sse,
        pusher,
        queues.and(brought.stream().flatMap(each -> each.queues().stream()).toList()),
        streams,
        presence,
        joined(services, brought, FeatureManifest::services),
        topics,
        joined(features, brought, each -> List.of(each.asFeature())),
        workers,
        joined(permissions, brought, FeatureManifest::permissions),
        joined(channels, brought, FeatureManifest::channels),
        cluster,
        rabbitmq,
        webhooks,
        auth,
        admin,
        deploy,
        shutdown);
  }

  private static <T> List<T> joined(
      List<T> own, List<FeatureManifest> brought, Function<FeatureManifest, List<T>> part) {
    return Stream.concat(own.stream(), brought.stream().flatMap(each -> part.apply(each).stream()))
        .toList();
  }

  /** The webhooks, and those of Pusher's apps. */
  public List<WebhookConfig> allWebhooks() {
    List<WebhookConfig> all = new ArrayList<>(webhooks);
    pusher.apps().forEach(app -> all.addAll(app.told()));
    return all;
  }

  /** The app of Pusher whose webhooks these are, by the names of those. */
  public Map<String, PusherConfig.App> appsOfWebhooks() {
    Map<String, PusherConfig.App> apps = new HashMap<>();
    for (PusherConfig.App app : pusher.apps()) {
      app.told().forEach(each -> apps.put(each.name(), app));
    }
    return apps;
  }

  /** The queues with those that keep what webhooks tell. */
  public QueuesConfig allQueues() {
    return queues.with(allWebhooks().stream().map(WebhookConfig::rule).toList());
  }

  /** Patterns of the channels of which some webhook tells whether somebody listens. */
  public List<String> occupancy() {
    return webhooks.stream()
        .filter(WebhookConfig::tellsOccupancy)
        .flatMap(webhook -> webhook.channels().stream())
        .distinct()
        .toList();
  }

  /** Whether some webhook tells of such an event. */
  public boolean isTold(String event) {
    return webhooks.stream().anyMatch(webhook -> webhook.events().contains(event));
  }

  /** The paths of all features. */
  public List<HttpRoute> routes() {
    return features.stream().flatMap(feature -> feature.http().stream()).toList();
  }

  /** Those of them that are at the path of a service, too. */
  public List<HttpRoute> sharedRoutes() {
    Set<String> paths = PathChecks.shareable(services);
    return routes().stream().filter(route -> paths.contains(route.path())).toList();
  }

  /** What somebody gets who configures nothing. */
  public static Config defaults() {
    return new Config(
        LogConfig.defaults(),
        0,
        SocketTransport.AUTO,
        "data",
        HttpConfig.defaults(),
        LimitsConfig.defaults(),
        SockJsConfig.defaults(),
        BridgeConfig.defaults(),
        StompConfig.defaults(),
        TcpBridgeConfig.defaults(),
        SocketIoConfig.defaults(),
        SseConfig.defaults(),
        PusherConfig.defaults(),
        QueuesConfig.defaults(),
        StreamsConfig.defaults(),
        PresenceConfig.defaults(),
        ServiceConfig.shipped(),
        List.of(TopicsConfig.shipped()),
        FeatureConfig.shipped(),
        List.of(),
        Permission.shipped(),
        ChannelRule.shipped(),
        ClusterConfig.defaults(),
        RabbitMqConfig.defaults(),
        List.of(),
        AuthConfig.defaults(),
        AdminConfig.defaults(),
        DeployConfig.defaults(),
        ShutdownConfig.defaults());
  }
}
