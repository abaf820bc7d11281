package io.busbar.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The whole configuration with all defaults. {@code config/busbar.yaml} has the same values with an
 * explanation of each; a test proves that both are equal.
 *
 * @param eventLoops number of threads that serve sockets; 0 for one per core
 * @param transport system interface for sockets
 * @param data folder for everything on disk; created at its first use
 * @param topics paths for clients of the topic bus
 * @param features verticles to deploy, in this order
 * @param workers addresses that clients answer
 * @param permissions what clients may do; everything else is refused
 * @param channels rules for channels; the first rule with a matching pattern counts
 * @param webhooks receivers of events over HTTP
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
   * Returns this configuration with the parts of features: their paths, and their rules after the
   * rules here.
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

  /** Returns the webhooks, together with those of Pusher's apps. */
  public List<WebhookConfig> allWebhooks() {
    List<WebhookConfig> all = new ArrayList<>(webhooks);
    pusher.apps().forEach(app -> all.addAll(app.webhookConfigs()));
    return all;
  }

  /** Returns the apps of Pusher by the names of their webhooks. */
  public Map<String, PusherConfig.App> appsOfWebhooks() {
    Map<String, PusherConfig.App> apps = new HashMap<>();
    for (PusherConfig.App app : pusher.apps()) {
      app.webhookConfigs().forEach(each -> apps.put(each.name(), app));
    }
    return apps;
  }

  /** Returns the queues, together with those that store the events of webhooks. */
  public QueuesConfig allQueues() {
    return queues.with(allWebhooks().stream().map(WebhookConfig::rule).toList());
  }

  /** Returns the patterns of channels for which a webhook wants to know whether anybody listens. */
  public List<String> occupancy() {
    return webhooks.stream()
        .filter(WebhookConfig::hasOccupancyEvents)
        .flatMap(webhook -> webhook.channels().stream())
        .distinct()
        .toList();
  }

  /** Returns whether a webhook gets events of that name. */
  public boolean hasWebhookFor(String event) {
    return webhooks.stream().anyMatch(webhook -> webhook.events().contains(event));
  }

  /** Returns the routes of all features. */
  public List<HttpRoute> routes() {
    return features.stream().flatMap(feature -> feature.http().stream()).toList();
  }

  /** Returns the routes whose path is also the path of a service. */
  public List<HttpRoute> sharedRoutes() {
    Set<String> paths = PathChecks.shareable(services);
    return routes().stream().filter(route -> paths.contains(route.path())).toList();
  }

  /** Returns the configuration that holds when nothing is configured. */
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
