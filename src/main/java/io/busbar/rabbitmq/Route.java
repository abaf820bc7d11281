package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import io.busbar.config.BackOff;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Declare;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Lock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One direction between RabbitMQ and the bus. Belongs to the verticle's event loop. */
interface Route {
  Future<?> start();

  /** Will take nothing new, and finish within so many milliseconds what is under way. */
  Future<Void> stop(long millis);

  /** Its name, its state and its numbers. */
  JsonObject status();

  /** Those that it has, one for each connection. */
  List<Link> links();

  /** Will make the exchange, unless that is an administrator's. */
  static Future<Void> declareExchange(Link link, RabbitMqRoute route) {
    String exchange = route.exchange();
    if (exchange.isEmpty() || exchange.startsWith("amq.") || route.declare() != Declare.ALL) {
      return Future.succeededFuture();
    }
    // It outlives the queues that are bound to it: durable unless told otherwise.
    boolean durable = route.hasOwnQueue() || route.durable();
    return link.ask(client -> client.exchangeDeclare(exchange, route.type(), durable, false));
  }

  /** Will make the queue and return its name; one without a name lives with the connection. */
  static Future<String> declareQueue(Link link, RabbitMqRoute route, String queue) {
    boolean own = queue.isEmpty();
    if (!own && route.declare() == Declare.NONE) {
      return Future.succeededFuture(queue);
    }
    JsonObject arguments = new JsonObject(route.arguments());
    return link.ask(
            client ->
                client.queueDeclare(queue, route.durable(), own, route.autoDelete(), arguments))
        .map(DeclareOk::getQueue);
  }

  /** Whether the queue's binding is made by us. */
  static boolean binds(RabbitMqRoute route) {
    boolean ours = route.hasOwnQueue() || route.declare() != Declare.NONE;
    return route.binding() != null && ours;
  }

  static Future<Void> bind(Link link, RabbitMqRoute route, String queue) {
    return binds(route)
        ? link.ask(client -> client.queueBind(queue, route.exchange(), route.binding()))
        : Future.succeededFuture();
  }

  /**
   * Will bind anew; fails, and the channel closes, when the exchange is gone. Nothing else may be
   * asked meanwhile: in amqp-client a question that waits for another's answer hangs for ten
   * minutes when that closes the channel.
   */
  static Future<Void> bindAgain(Link link, RabbitMqRoute route, String queue) {
    return binds(route)
        ? link.use(channel -> channel.exchangeDeclarePassive(route.exchange()))
            .compose(there -> bind(link, route, queue))
        : Future.succeededFuture();
  }

  /** The numbers of one route since it was deployed. They belong to the verticle's event loop. */
  final class Counters {
    /** Messages that came: from RabbitMQ, or from the bus. */
    long in;

    /** Messages that went on: to the bus, or to RabbitMQ for the first time. */
    long out;

    /** Messages that are done: acknowledged by us, or confirmed by RabbitMQ. */
    long confirmed;

    /** Messages given back: by us, or refused by RabbitMQ. */
    long nacked;

    /** Messages that no queue of RabbitMQ took. */
    long returned;

    /** Messages that are nowhere any more. */
    long dropped;

    /** Channels opened after the first. */
    long reconnects;

    JsonObject toJson() {
      return new JsonObject()
          .put("in", in)
          .put("out", out)
          .put("confirmed", confirmed)
          .put("nacked", nacked)
          .put("returned", returned)
          .put("dropped", dropped)
          .put("reconnects", reconnects);
    }
  }

  /** How long to wait before the next try: doubling, with jitter. Belongs to one event loop. */
  final class Pause {
    private final BackOff backOff;
    private int failures;

    Pause(BackOff backOff) {
      this.backOff = backOff;
    }

    /** Will be twice as long the next time. From half of it to all of it, by chance. */
    long nextMillis() {
      return backOff.pauseMillis(failures++);
    }

    void reset() {
      failures = 0;
    }
  }

  /**
   * The right of one node of the cluster to run a route. Hazelcast frees it when the node dies.
   * While a cluster is split, each half may have one. Belongs to the verticle's event loop.
   */
  final class Lease {
    private static final String PREFIX = "busbar.rabbitmq.route.";
    private static final long TRY_MILLIS = 10;
    private static final long AGAIN_MILLIS = 500;

    private final Vertx vertx;
    private final String name;
    private @Nullable Lock lock;
    private @Nullable Promise<Void> taken;
    private boolean asking;

    Lease(Vertx vertx, String route) {
      this.vertx = vertx;
      this.name = PREFIX + route;
    }

    /** Completes when this node has the lease: at once where there is no cluster; perhaps never. */
    Future<Void> take() {
      Promise<Void> right = Promise.promise();
      taken = right;
      ask();
      return right.future();
    }

    private void ask() {
      if (taken == null || asking) {
        return;
      }
      if (!vertx.isClustered() || lock != null) {
        taken.tryComplete();
        return;
      }
      asking = true;
      vertx
          .sharedData()
          .getLockWithTimeout(name, TRY_MILLIS)
          .onComplete(
              asked -> {
                asking = false;
                if (asked.failed()) {
                  vertx.setTimer(AGAIN_MILLIS, timer -> ask());
                } else if (taken == null) {
                  asked.result().release();
                } else {
                  lock = asked.result();
                  taken.tryComplete();
                }
              });
    }

    /** Will let another node have it, and take it no more. */
    void release() {
      taken = null;
      if (lock != null) {
        lock.release();
        lock = null;
      }
    }
  }
}
