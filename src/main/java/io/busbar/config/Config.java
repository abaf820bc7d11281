package io.busbar.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    Log log,
    int eventLoops,
    SocketTransport transport,
    String data,
    HttpConfig http,
    Limits limits,
    SockJs sockjs,
    Bridge bridge,
    StompConfig stomp,
    TcpBridgeConfig tcpBridge,
    SocketIoConfig socketio,
    SseConfig sse,
    PusherConfig pusher,
    QueuesConfig queues,
    StreamsConfig streams,
    PresenceConfig presence,
    List<Service> services,
    List<TopicsConfig> topics,
    List<Feature> features,
    List<WorkerConfig> workers,
    List<Permission> permissions,
    List<ChannelRule> channels,
    ClusterConfig cluster,
    RabbitMqConfig rabbitmq,
    List<WebhookConfig> webhooks,
    AuthConfig auth,
    AdminConfig admin,
    DeployConfig deploy,
    Shutdown shutdown) {
  private static final String LIBRARIES = "/webjars";

  public Config {
    Checks.between("event-loops", eventLoops, 0, 1024);
    Checks.text("data", data);
    webhooks = List.copyOf(webhooks);
    checkNames(webhooks);
    if (cluster.enabled()) {
      checkShared(queues, webhooks);
      Checks.require(
          streams.store() != StreamsConfig.Store.DISK,
          "streams.store",
          "disk is for a node alone; a cluster keeps each message on two nodes");
    }
    Checks.require(
        !deploy.enabled() || !admin.token().isEmpty(),
        "deploy.enabled",
        "takes an admin.token: whoever shows that may run code here");
    services = List.copyOf(services);
    topics = List.copyOf(topics);
    features = List.copyOf(features);
    workers = List.copyOf(workers);
    checkWorkers(workers, services);
    permissions = List.copyOf(permissions);
    channels = List.copyOf(channels);
    Map<String, String> takenBy = new HashMap<>();
    takenBy.put(bridge.path(), "is the path of the bridge, too");
    take(takenBy, "stomp.path", stomp.path(), "is the path of STOMP, too");
    take(takenBy, "socketio.path", socketio.path(), "is the path of Socket.IO, too");
    take(takenBy, "sse.path", sse.path(), "is the path of server-sent events, too");
    if (pusher.isOn()) {
      take(takenBy, "pusher.path", pusher.path(), "is the path of Pusher, too");
      take(takenBy, "pusher.path", pusher.fallbacks(), "is the path of Pusher's fallbacks, too");
      take(takenBy, "pusher.api", pusher.api(), "is the path of Pusher's HTTP API, too");
    }
    for (int i = 0; i < services.size(); i++) {
      String key = "services[" + i + "].path";
      take(takenBy, key, services.get(i).path(), "is given to " + key);
    }
    for (int i = 0; i < topics.size(); i++) {
      String key = "topics[" + i + "].path";
      take(takenBy, key, topics.get(i).path(), "is given to " + key);
    }
    takenBy.put(LIBRARIES, "is the path of the gateway's own libraries, too");
    checkRoutes(features, takenBy, shareable(services));
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

  /** Where a service takes nothing but GET; Engine.IO is spoken by POST, too. */
  private static Set<String> shareable(List<Service> services) {
    return services.stream()
        .filter(service -> !service.engineio())
        .map(Service::path)
        .collect(Collectors.toSet());
  }

  /**
   * What stands at an endpoint's path has all below it, and each route a path of its own.
   *
   * @param shareable paths that may be a route's, too, which leaves GET to what stands there
   */
  private static void checkRoutes(
      List<Feature> features, Map<String, String> takenBy, Set<String> shareable) {
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
        take(routes, key, each.path(), "is that of " + route + ", too");
      }
    }
  }

  /** Each address once; and nobody hears it whom the gateway lets in without asking the rules. */
  private static void checkWorkers(List<WorkerConfig> workers, List<Service> services) {
    Map<String, String> taken = new HashMap<>();
    for (int i = 0; i < workers.size(); i++) {
      String key = "workers[" + i + "].address";
      take(taken, key, workers.get(i).address(), "is that of " + key + ", too");
    }
    for (int i = 0; i < services.size(); i++) {
      String words = taken.get(services.get(i).channel());
      String key = "services[" + i + "].channel";
      Checks.require(words == null, key, words);
    }
  }

  private static void checkNames(List<WebhookConfig> webhooks) {
    for (int i = 0; i < webhooks.size(); i++) {
      for (int j = 0; j < i; j++) {
        String what = "is that of webhooks[" + j + "], too; give one of them a name";
        boolean different = !webhooks.get(i).name().equals(webhooks.get(j).name());
        Checks.require(different, "webhooks[" + i + "].name", what);
      }
    }
  }

  /**
   * Takes a path for itself.
   *
   * @param words what others are told who want it, too
   */
  private static void take(Map<String, String> takenBy, String key, String path, String words) {
    String before = takenBy.putIfAbsent(path, words);
    Checks.require(before == null, key, before);
  }

  private static void checkShared(QueuesConfig queues, List<WebhookConfig> webhooks) {
    String what = "disk is for a node alone; a cluster keeps each message on two nodes";
    Checks.require(queues.store() != QueuesConfig.Store.DISK, "queues.store", what);
    for (int i = 0; i < queues.rules().size(); i++) {
      boolean disk = queues.rules().get(i).store() == QueuesConfig.Store.DISK;
      Checks.require(!disk, "queues.rules[" + i + "].store", what);
    }
    for (int i = 0; i < webhooks.size(); i++) {
      boolean disk = webhooks.get(i).store() == QueuesConfig.Store.DISK;
      Checks.require(!disk, "webhooks[" + i + "].store", what);
    }
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
    Set<String> paths = shareable(services);
    return routes().stream().filter(route -> paths.contains(route.path())).toList();
  }

  /** What somebody gets who configures nothing. */
  public static Config defaults() {
    return new Config(
        new Log(Log.Level.INFO, Log.Format.TEXT),
        0,
        SocketTransport.AUTO,
        "data",
        HttpConfig.defaults(),
        new Limits(
            1000,
            100,
            1000,
            200,
            32,
            Size.ofKiB(256),
            100_000,
            Size.ofMiB(64),
            Size.ofMiB(1),
            Size.ofMiB(128),
            100_000,
            20_000,
            new Size(0),
            new Size(0),
            Duration.ofSeconds(30)),
        new SockJs(Duration.ofSeconds(25), Duration.ofSeconds(5), Size.ofKiB(128), false, true),
        new Bridge(
            "/eventbus", Duration.ofSeconds(10), Duration.ofSeconds(30), Bridge.Base64Alphabet.URL),
        StompConfig.defaults(),
        TcpBridgeConfig.defaults(),
        SocketIoConfig.defaults(),
        SseConfig.defaults(),
        PusherConfig.defaults(),
        QueuesConfig.defaults(),
        StreamsConfig.defaults(),
        PresenceConfig.defaults(),
        List.of(
            Service.of("/echo", "echo", ""),
            Service.of("/chat", "chat", "chat.room"),
            Service.of("/stocks", "stocks", "")),
        List.of(TopicsConfig.shipped()),
        List.of(
            Feature.of("io.busbar.feature.EchoVerticle"),
            Feature.of("io.busbar.feature.ChatVerticle"),
            new Feature(
                "io.busbar.feature.PusherChatVerticle",
                1,
                Map.of("idle", 600_000),
                List.of(
                    HttpRoute.ofPost("/login", "chat.http.login"),
                    HttpRoute.ofPost("/nickname", "chat.http.nickname"),
                    HttpRoute.ofPost("/chat", "chat.http.say"))),
            Feature.of("io.busbar.feature.QuoteVerticle"),
            new Feature("io.busbar.feature.StockVerticle", 1, Map.of("interval", 1000), null),
            Feature.of("io.busbar.feature.ThermometerVerticle"),
            Feature.of("io.busbar.feature.RelayVerticle")),
        List.of(),
        List.of(
            Permission.of("public.*", Action.SUBSCRIBE, Action.PUBLISH, Action.SEND),
            Permission.of("echo", Action.SEND),
            Permission.of("chat.room", Action.SUBSCRIBE),
            Permission.of("chat.say", Action.PUBLISH, Action.SEND),
            Permission.none("stocks.work"),
            Permission.none("stocks.result"),
            Permission.of("stocks.*", Action.SUBSCRIBE),
            Permission.of("topics.#", Action.SUBSCRIBE),
            Permission.of("topics.node.relay.*.set", Action.PUBLISH),
            Permission.of("busbar.stats", Action.SUBSCRIBE)),
        List.of(
            ChannelRule.of("stocks.*", ChannelRule.Overflow.LATEST, "quotes.last"),
            ChannelRule.ofPresence("public.presence-demo"),
            ChannelRule.of("busbar.stats", ChannelRule.Overflow.LATEST, "busbar.stats.now")),
        ClusterConfig.defaults(),
        RabbitMqConfig.defaults(),
        List.of(),
        AuthConfig.defaults(),
        AdminConfig.defaults(),
        DeployConfig.defaults(),
        new Shutdown(Duration.ZERO, Duration.ofSeconds(3), Duration.ofSeconds(10)));
  }

  /** What is logged on standard error. */
  public record Log(Level level, Format format) {
    /** What a line looks like. */
    public enum Format {
      /** For people. */
      TEXT,
      /** A JSON object, for what collects logs. */
      JSON
    }

    /** From everything to nothing but failures. */
    public enum Level {
      TRACE,
      DEBUG,
      INFO,
      WARNING,
      ERROR
    }
  }

  /**
   * What one session, one client address and all clients together may cost.
   *
   * @param subscriptions channels that one session listens to at once
   * @param patterns and patterns of channels
   * @param patternsPerAddress different ones that clients of one network address were the first to
   *     listen to
   * @param addressLength characters of an address
   * @param addressWords words of it, between dots
   * @param messageSize bytes of a message from a client
   * @param messagesPerSecond messages a second from one session, on average over a second
   * @param bytesPerSecond bytes a second from one session; beyond them it is read no further
   * @param outbox bytes that wait for a session that reads slowly
   * @param outboxTotal bytes that wait for all of them, an equal part of it on each event loop
   * @param connections TCP connections that all clients together may have
   * @param connectionsPerAddress and those of one IPv4 address, or of one IPv6 network (/64)
   * @param inboundTotal bytes of all frames and bodies that have begun and are not whole yet; 0 is
   *     an eighth of the direct memory
   * @param inboundPerAddress and of those of one address; 0 is an eighth of inboundTotal, or 32
   *     messages of the largest size where that is more
   * @param readTimeout of such a frame or body some byte must come within this time
   */
  public record Limits(
      int subscriptions,
      int patterns,
      int patternsPerAddress,
      int addressLength,
      int addressWords,
      Size messageSize,
      int messagesPerSecond,
      Size bytesPerSecond,
      Size outbox,
      Size outboxTotal,
      int connections,
      int connectionsPerAddress,
      Size inboundTotal,
      Size inboundPerAddress,
      Duration readTimeout) {
    public Limits {
      Checks.between("subscriptions", subscriptions, 1, 1_000_000);
      Checks.between("patterns", patterns, 0, 1_000_000);
      Checks.between("patterns-per-address", patternsPerAddress, 0, 10_000_000);
      Checks.between("address-length", addressLength, 1, 10_000);
      Checks.between("address-words", addressWords, 1, 1_000);
      Checks.between("message-size", messageSize, 128, 64 << 20);
      Checks.between("messages-per-second", messagesPerSecond, 1, 100_000_000);
      Checks.between("bytes-per-second", bytesPerSecond, 1024, 1L << 40);
      Checks.between("outbox", outbox, 1024, 1 << 30);
      Checks.between("outbox-total", outboxTotal, 1024, 1L << 40);
      Checks.between("connections", connections, 1, 10_000_000);
      Checks.between("connections-per-address", connectionsPerAddress, 1, 10_000_000);
      Checks.between("inbound-total", inboundTotal, 0, 1L << 40);
      Checks.between("inbound-per-address", inboundPerAddress, 0, 1L << 40);
      Checks.positive("read-timeout", readTimeout);
    }
  }

  /**
   * What holds for every SockJS endpoint.
   *
   * @param heartbeat an idle transport hears an {@code h} this often
   * @param disconnectDelay a session without a receiver lives on for this long
   * @param streamingLimit a streaming response ends after this many bytes
   * @param cookieNeeded sets JSESSIONID, for load balancers that go by it
   * @param websocket whether the WebSocket transport is offered
   */
  public record SockJs(
      Duration heartbeat,
      Duration disconnectDelay,
      Size streamingLimit,
      boolean cookieNeeded,
      boolean websocket) {
    public SockJs {
      Checks.positive("heartbeat", heartbeat);
      Checks.positive("disconnect-delay", disconnectDelay);
      Checks.between("streaming-limit", streamingLimit, 1024, 1 << 30);
    }
  }

  /**
   * The event-bus bridge, in SockJS at the path and as plain WebSocket at path/websocket.
   *
   * @param pingTimeout a client that sent a ping and then nothing for this long is dropped
   * @param replyTimeout how long an answer may take
   * @param base64 how a body of bytes is written
   */
  public record Bridge(
      String path, Duration pingTimeout, Duration replyTimeout, Base64Alphabet base64) {
    /** The two alphabets of RFC 4648. */
    public enum Base64Alphabet {
      /** {@code -} and {@code _}, without padding: Vert.x 4 and 5. */
      URL,
      /** {@code +} and {@code /}, padded with {@code =}: Vert.x 3. */
      BASIC
    }

    public Bridge {
      Checks.path("path", path);
      Checks.positive("ping-timeout", pingTimeout);
      Checks.positive("reply-timeout", replyTimeout);
    }
  }

  /**
   * A path bound to a feature: a plain WebSocket at the path, SockJS below it.
   *
   * @param address where the feature listens
   * @param channel what the client is subscribed to; empty is nothing
   * @param websocket whether a plain WebSocket may connect; null is yes
   * @param engineio whether clients of Engine.IO may connect; null is no
   * @param transports the SockJS transports that are offered, of {@link #TRANSPORTS}; all when
   *     empty
   * @param heartbeat null takes sockjs.heartbeat, as the three after it take theirs
   * @param messageSize null takes limits.message-size
   */
  public record Service(
      String path,
      String address,
      @MayBeAbsent String channel,
      @MayBeAbsent Boolean websocket,
      @MayBeAbsent Boolean engineio,
      @MayBeAbsent List<String> transports,
      @MayBeAbsent Duration heartbeat,
      @MayBeAbsent Size streamingLimit,
      @MayBeAbsent Boolean cookieNeeded,
      @MayBeAbsent Size messageSize) {
    /** SockJS's transports, as its client calls them. */
    public static final List<String> TRANSPORTS =
        List.of(
            "websocket",
            "xhr-streaming",
            "eventsource",
            "htmlfile",
            "xhr-polling",
            "jsonp-polling");

    public Service {
      Checks.path("path", path);
      Checks.text("address", address);
      channel = channel == null ? "" : channel;
      websocket = websocket == null || websocket;
      engineio = engineio != null && engineio;
      transports = transports == null ? List.of() : List.copyOf(transports);
      for (int i = 0; i < transports.size(); i++) {
        Checks.oneOf("transports[" + i + "]", transports.get(i), TRANSPORTS);
      }
      if (heartbeat != null) {
        Checks.positive("heartbeat", heartbeat);
      }
      if (streamingLimit != null) {
        Checks.between("streaming-limit", streamingLimit, 1024, 1 << 30);
      }
      if (messageSize != null) {
        Checks.between("message-size", messageSize, 128, 64 << 20);
      }
    }

    /** One with the defaults of all else. */
    public static Service of(String path, String address, String channel) {
      return new Service(path, address, channel, true, false, List.of(), null, null, null, null);
    }
  }

  /**
   * A verticle to deploy.
   *
   * @param verticle a class on the class path
   * @param instances how many of it, spread over the event loops; null is one
   * @param config what the verticle finds in its {@code config()}
   * @param http the paths of the HTTP port at which it answers
   */
  public record Feature(
      String verticle,
      @MayBeAbsent Integer instances,
      @MayBeAbsent Map<String, Object> config,
      @MayBeAbsent List<HttpRoute> http) {
    public Feature {
      Checks.text("verticle", verticle);
      instances = instances == null ? 1 : instances;
      Checks.between("instances", instances, 1, 1000);
      config = config == null ? Map.of() : config;
      http = http == null ? List.of() : List.copyOf(http);
    }

    static Feature of(String verticle) {
      return new Feature(verticle, 1, Map.of(), null);
    }
  }

  /** What a client may do with an address. */
  public enum Action {
    SUBSCRIBE,
    PUBLISH,
    SEND
  }

  /**
   * Leaving.
   *
   * @param pause how long new clients are still taken after the health check has said that this
   *     node leaves: load balancers need it to look elsewhere
   * @param spread over how long the clients of a node in a cluster are told, so that they do not
   *     all come to the others at once; at most half of the timeout
   * @param timeout what is not closed by then, counted from the end of the pause, is cut
   */
  public record Shutdown(Duration pause, Duration spread, Duration timeout) {
    public Shutdown {
      Checks.notNegative("pause", pause);
      Checks.notNegative("spread", spread);
      Checks.positive("timeout", timeout);
    }
  }
}
