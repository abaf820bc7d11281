package io.busbar.rabbitmq;

import io.busbar.config.RabbitMqConfig;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.Reason;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.WorkerPool;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects queues and exchanges of RabbitMQ with addresses of the bus, each over a connection of
 * its own. It starts even if RabbitMQ cannot be reached. Owned by its event loop; one instance for
 * each node.
 *
 * <p>{@link #STATUS} answers its own node with {@code {"connected":true,"uri":"…","routes":[…]}}.
 */
public final class RabbitMqVerticle extends VerticleBase {
  /** The address that answers with the status of this node. */
  public static final String STATUS = "busbar.rabbitmq.status";

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");

  private final RabbitMqConfig config;
  private final int addressLength;
  private final @Nullable String data;
  private final List<Route> inbound = new ArrayList<>();
  private final List<Route> outbound = new ArrayList<>();
  private Shared shared;

  /**
   * @param addressLength the most characters of an address
   * @param data the folder for data on disk; null to store nothing
   */
  public RabbitMqVerticle(RabbitMqConfig config, int addressLength, @Nullable String data) {
    this.config = config;
    this.addressLength = addressLength;
    this.data = data;
  }

  @Override
  public Future<?> start() {
    shared = new Shared((VertxInternal) vertx, (ContextInternal) context, config);
    try {
      for (RabbitMqRoute route : config.routes()) {
        if (route.isInbound()) {
          inbound.add(new InboundRoute(shared, route, addressLength, data));
        } else {
          outbound.add(new OutboundRoute(shared, route));
        }
      }
    } catch (IllegalArgumentException e) {
      return Future.failedFuture("rabbitmq.routes: " + Reason.of(e));
    }
    List<Future<?>> started = new ArrayList<>();
    routes().forEach(route -> started.add(route.start()));
    started.add(
        vertx.eventBus().localConsumer(STATUS, message -> message.reply(status())).completion());
    return Future.all(started);
  }

  private List<Route> routes() {
    List<Route> routes = new ArrayList<>(inbound);
    routes.addAll(outbound);
    return routes;
  }

  private JsonObject status() {
    JsonArray routes = new JsonArray();
    boolean connected = true;
    String trouble = null;
    for (Route route : routes()) {
      routes.add(route.status());
      for (Link link : route.links()) {
        connected &= link.isReached();
        trouble = trouble == null ? link.connectionTrouble() : trouble;
      }
    }
    return new JsonObject()
        .put("connected", connected)
        .put("uri", String.join(", ", config.maskedUris()))
        .put("trouble", trouble)
        .put("routes", routes);
  }

  /** Will stop consuming first, so the results can still be published. */
  @Override
  public Future<?> stop() {
    long millis = config.drainTimeout().toMillis();
    return Future.join(inbound.stream().map(route -> route.stop(millis)).toList())
        .otherwiseEmpty()
        .compose(
            stopped -> Future.join(outbound.stream().map(route -> route.stop(millis)).toList()))
        .otherwiseEmpty()
        .onComplete(stopped -> shared.pool.close());
  }

  /** What all routes share. Owned by the verticle's event loop. */
  static final class Shared {
    private static final String POOL = "busbar-rabbitmq";
    private static final int THREADS_OF_A_ROUTE = 3;
    private static final int MOST_LOGGED = 100;

    private final VertxInternal vertx;
    private final ContextInternal verticle;
    private final RabbitMqConfig config;
    private final WorkerPool pool;
    private final Set<String> logged = new HashSet<>();
    private boolean loggedBlocking;

    Shared(VertxInternal vertx, ContextInternal verticle, RabbitMqConfig config) {
      this.vertx = vertx;
      this.verticle = verticle;
      this.config = config;
      // A write to a blocked RabbitMQ holds its thread as long as RabbitMQ blocks.
      int threads = THREADS_OF_A_ROUTE * Math.max(1, config.routes().size());
      this.pool = vertx.createSharedWorkerPool(POOL, threads, 1, TimeUnit.DAYS);
    }

    Vertx vertx() {
      return vertx;
    }

    RabbitMqConfig config() {
      return config;
    }

    /** Makes a context on the verticle's event loop, with its own order of blocking calls. */
    ContextInternal newContext() {
      return vertx
          .contextBuilder()
          .withEventLoop(verticle.nettyEventLoop())
          .withWorkerPool(pool)
          .build();
    }

    /** Every route calls this. The log has only the first call. */
    void connected(String line) {
      loggedBlocking = false;
      logged.removeIf(before -> !before.startsWith("connected"));
      LOG.log(logged.add(line) ? Level.INFO : Level.DEBUG, line);
    }

    /** Logs the same trouble only once. */
    void trouble(String line) {
      boolean tooMany = logged.size() > MOST_LOGGED;
      logged.removeIf(before -> tooMany || before.startsWith("connected"));
      LOG.log(logged.add(line) ? Level.WARNING : Level.DEBUG, line);
    }

    void blocked(boolean isBlocked, String reason) {
      String line = isBlocked ? "takes no messages: " + reason : "takes messages again";
      Level level = isBlocked ? Level.WARNING : Level.INFO;
      LOG.log(isBlocked == loggedBlocking ? Level.DEBUG : level, "RabbitMQ {0}", line);
      loggedBlocking = isBlocked;
    }
  }
}
