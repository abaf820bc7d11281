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

/** A route in one direction between RabbitMQ and the bus. Owned by the verticle's event loop. */
interface Route {
  Future<?> start();

  /**
   * Will accept nothing new, and finish the open messages.
   *
   * @param millis the longest wait, in milliseconds
   */
  Future<Void> stop(long millis);

  /** Its name, its state and its counters. */
  JsonObject status();

  /** Its links, one for each connection. */
  List<Link> links();

  /** Will declare the exchange, unless it belongs to an administrator. */
  static Future<Void> declareExchange(Link link, RabbitMqRoute route) {
    String exchange = route.exchange();
    if (exchange.isEmpty() || exchange.startsWith("amq.") || route.declare() != Declare.ALL) {
      return Future.succeededFuture();
    }
    // The exchange outlives the queues that are bound to it. So it is durable unless the rule says
    // otherwise.
    boolean durable = route.hasOwnQueue() || route.durable();
    return link.ask(client -> client.exchangeDeclare(exchange, route.type(), durable, false));
  }

  /**
   * Will declare the queue and return its name. A queue without a name lives as long as the
   * connection.
   */
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

  /** Whether the gateway makes the queue's binding. */
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
   * Will bind again. Fails, and closes the channel, if the exchange is gone. No other call may be
   * open meanwhile: in amqp-client, a call that waits for another hangs for ten minutes if the
   * channel closes.
   */
  static Future<Void> bindAgain(Link link, RabbitMqRoute route, String queue) {
    return binds(route)
        ? link.use(channel -> channel.exchangeDeclarePassive(route.exchange()))
            .compose(there -> bind(link, route, queue))
        : Future.succeededFuture();
  }

  /** The counters of one route since it was deployed. Owned by the verticle's event loop. */
  final class Counters {
    /** Messages that came from RabbitMQ, or from the bus. */
    long in;

    /** Messages that went to the bus, or to RabbitMQ for the first time. */
    long out;

    /** Finished messages: acknowledged by the gateway, or confirmed by RabbitMQ. */
    long confirmed;

    /** Messages that the gateway gave back, or that RabbitMQ refused. */
    long nacked;

    /** Messages that no queue of RabbitMQ accepted. */
    long returned;

    /** Messages that are lost. */
    long dropped;

    /** Channels that were opened after the first one. */
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

  /** The pause before the next try: it doubles, with jitter. Owned by one event loop. */
  final class Pause {
    private final BackOff backOff;
    private int failures;

    Pause(BackOff backOff) {
      this.backOff = backOff;
    }

    /**
     * The next pause. Each is twice as long as the one before, and a random part of it between a
     * half and all.
     */
    long nextMillis() {
      return backOff.pauseMillis(failures++);
    }

    void reset() {
      failures = 0;
    }
  }

  /**
   * The right of one node of the cluster to run a route. Hazelcast frees it when the node dies.
   * While a cluster is split, each half may have one. Owned by the verticle's event loop.
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

    /**
     * Completes when this node has the lease, which may be never. Without a cluster it completes at
     * once.
     */
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

    /** Will release the lease and not ask for it again. */
    void release() {
      taken = null;
      if (lock != null) {
        lock.release();
        lock = null;
      }
    }
  }
}
