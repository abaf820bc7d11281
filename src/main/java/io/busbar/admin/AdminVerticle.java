package io.busbar.admin;

import io.busbar.config.AdminConfig;
import io.busbar.config.Config;
import io.busbar.config.OneLine;
import io.busbar.config.Origins;
import io.busbar.deploy.Deployments;
import io.busbar.http.OriginCheck;
import io.busbar.http.ReadableRequests;
import io.busbar.http.Rejections;
import io.busbar.http.RequestHeads;
import io.busbar.http.SecurityHeaders;
import io.busbar.http.WebJars;
import io.busbar.hub.Hub;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.queue.Queues;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of the admin port: health, metrics, the API, the console and the documentation. A
 * node has one instance, on one event loop. It asks other parts of the node over the bus, or by
 * tasks on their event loops.
 */
public final class AdminVerticle extends VerticleBase {
  private static final System.Logger LOG = System.getLogger("io.busbar.admin");
  private static final int IDLE_SECONDS = 75;

  private static final Map<Integer, String> WORDS =
      Map.of(
          400, "the request cannot be read",
          404, "there is nothing here",
          405, "not with this method",
          413, "the body is too large");

  private final Config config;
  private final Hub hub;
  private final Queues queues;
  private final Readiness readiness;
  private final Rejections rejections;
  private final String version;
  private final HttpEndpoint feed;
  private final List<HttpEndpoint> signed;

  /** Null if nobody may deploy features while the node runs. */
  private final @Nullable Deployments deployments;

  private HttpServer server;
  private EventLoops loops;
  private Scrape scrape;

  /**
   * @param feed the endpoint through which the console page gets {@link Console#CHANNEL}
   * @param signed endpoints that check the caller themselves, and need no token
   * @param deployments null if nobody may deploy features while the node runs
   */
  public AdminVerticle(
      Config config,
      Hub hub,
      Queues queues,
      Readiness readiness,
      Rejections rejections,
      String version,
      HttpEndpoint feed,
      List<HttpEndpoint> signed,
      @Nullable Deployments deployments) {
    this.deployments = deployments;
    this.config = config;
    this.hub = hub;
    this.queues = queues;
    this.readiness = readiness;
    this.rejections = rejections;
    this.version = version;
    this.feed = feed;
    this.signed = signed;
  }

  @Override
  public Future<?> start() {
    loops = new EventLoops(vertx);
    ComponentStatus components = new ComponentStatus(vertx.eventBus());
    Health health = new Health(vertx, loops, components, readiness);
    AlertBoard board = new AlertBoard();
    Metrics metrics = new Metrics(hub, queues, loops, readiness, rejections, board, version);
    scrape = new Scrape(vertx, metrics, components);
    loops.start();
    NodeWatch watch = new NodeWatch(vertx, hub, queues, loops, components, health, board);
    watch.start();
    new Console(vertx, hub, queues.directory(), watch, version).start();
    ClusterApi cluster = new ClusterApi(vertx.eventBus(), components, watch, version);
    JsonObject unreadable = new JsonObject().put("error", WORDS.get(400));
    ReadableRequests requests =
        new ReadableRequests(
            router(health, components, watch, cluster), "application/json", unreadable.encode());
    HttpServerOptions options = options();
    RequestHeads heads = new RequestHeads(options, hub.inbound());
    server =
        vertx.createHttpServer(options).connectionHandler(heads::count).requestHandler(requests);
    AdminConfig admin = config.admin();
    return health
        .start()
        .compose(hears -> cluster.start())
        .compose(answers -> server.listen(admin.port(), admin.host()));
  }

  private Router router(
      Health health, ComponentStatus components, NodeWatch watch, ClusterApi cluster) {
    Router router = Router.router(vertx);
    WORDS.forEach(
        (status, words) ->
            router.errorHandler(status, routing -> Answers.error(routing, status, words)));
    router.errorHandler(500, AdminVerticle::failed);
    router.route().handler(new SecurityHeaders(0));
    signed.forEach(endpoint -> endpoint.mount(router));
    router.route().handler(new AdminGuard(config.admin()));
    router.route().handler(new OriginCheck(new Origins(List.of()), null, rejections));
    health.mount(router);
    scrape.mount(router);
    new SessionsApi(vertx.eventBus(), hub.inspector()).mount(router);
    new ChannelsApi(hub.inspector()).mount(router);
    new PresenceApi(vertx.eventBus()).mount(router);
    new HistoryApi(hub.history()).mount(router);
    new StreamsApi(hub.history()).mount(router);
    new RoutesApi(components).mount(router);
    new WatchApi(watch).mount(router);
    cluster.mount(router);
    new QueuesApi(queues.directory(), config.limits().addressLength()).mount(router);
    new PublishApi(vertx.eventBus(), config.limits(), hub.inbound()).mount(router);
    if (deployments != null) {
      new FeaturesApi(vertx, deployments, config.features()).mount(router);
    }
    feed.mount(router);
    new ConsolePages().mount(router);
    new DocsPages().mount(router);
    new WebJars().mount(router);
    return router;
  }

  private static void failed(RoutingContext routing) {
    LOG.log(
        Level.ERROR,
        "a request for " + OneLine.of(routing.normalizedPath()) + " failed",
        routing.failure());
    Answers.error(routing, 500, "the gateway failed; its log says why");
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setTcpNoDelay(true)
        .setIdleTimeout(IDLE_SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setMaxHeaderSize(config.http().maxHeaderSize().asInt())
        .setMaxInitialLineLength(config.http().maxRequestLine().asInt())
        .setMaxWebSocketFrameSize(Console.MOST_BYTES)
        .setMaxWebSocketMessageSize(Console.MOST_BYTES);
  }

  /** Returns the port that the server listens on. It is known when the start has completed. */
  public int actualPort() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    loops.stop();
    return Future.join(server.close(), scrape.close());
  }
}
