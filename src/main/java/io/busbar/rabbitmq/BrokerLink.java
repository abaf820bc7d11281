package io.busbar.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.busbar.config.RabbitMqConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * One connection to RabbitMQ that comes back: the only recovery there is, amqp-client's own being
 * off. State and listeners are the verticle's event loop's; what blocks runs on one thread of the
 * link's own, in order.
 */
final class BrokerLink {
  /** Hears on the event loop. */
  interface Listener {
    void up(Connection connection);

    void down();

    /** Whether RabbitMQ reads nothing of what is published, for want of memory or disk. */
    default void blocked(boolean isBlocked) {}
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
  private static final int CLOSE_MILLIS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final RabbitMqConfig config;
  private final String name;
  private final Trust trust;
  private final Pause pause;
  private final List<Listener> listeners = new ArrayList<>();
  private final ExecutorService worker;
  private final ExecutorService closer;
  private Connection connection;
  private String lastTrouble;
  private long upSince;
  private int tries;
  private volatile boolean closing;

  BrokerLink(Vertx vertx, RabbitMqConfig config, Trust trust, String name) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.trust = trust;
    this.name = name;
    this.pause = new Pause(config.backOff());
    this.worker = Executors.newSingleThreadExecutor(task -> thread(task, name));
    this.closer = Executors.newCachedThreadPool(task -> thread(task, name + "-closer"));
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, "busbar-rabbitmq-" + name);
    thread.setDaemon(true);
    return thread;
  }

  void listen(Listener listener) {
    listeners.add(listener);
  }

  boolean isUp() {
    return connection != null;
  }

  /** What keeps the link from being up, one line; null when nothing is known. */
  String trouble() {
    return isUp() ? null : lastTrouble;
  }

  /** Will connect in the background, and again whenever the connection ends. */
  void open() {
    String uri = config.uri().get(tries % config.uri().size());
    String shown = config.maskedUris().get(tries % config.uri().size());
    tries++;
    work(() -> connect(uri)).onComplete(opened -> opened(opened.result(), opened.cause(), shown));
  }

  private Connection connect(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat((int) config.heartBeat().toSeconds());
    int timeout = (int) config.connectTimeout().toMillis();
    factory.setConnectionTimeout(timeout);
    factory.setHandshakeTimeout(timeout);
    factory.setShutdownTimeout(CLOSE_MILLIS);
    // Without it, a connection that hangs is not closed while a write hangs in it.
    factory.setShutdownExecutor(closer);
    factory.setThreadFactory(task -> thread(task, name + "-reader"));
    if (factory.isSSL()) {
      trust.apply(factory);
    }
    Connection opened = factory.newConnection("busbar " + name);
    if (closing) {
      opened.abort(CLOSE_MILLIS);
    }
    return opened;
  }

  private void opened(Connection opened, Throwable trouble, String uri) {
    if (closing) {
      if (opened != null) {
        end(opened);
      }
      return;
    }
    if (trouble != null) {
      tell("RabbitMQ at " + uri + ": " + Causes.words(trouble));
      again();
      return;
    }
    LOG.log(Level.INFO, "connected to RabbitMQ at {0} ({1})", uri, name);
    connection = opened;
    lastTrouble = null;
    upSince = System.nanoTime();
    opened.addShutdownListener(cause -> onLoop(() -> ended(opened, cause, uri)));
    opened.addBlockedListener(
        reason -> onLoop(() -> blocked(opened, true, reason)),
        () -> onLoop(() -> blocked(opened, false, "")));
    listeners.forEach(listener -> listener.up(opened));
  }

  private void ended(Connection which, ShutdownSignalException cause, String uri) {
    if (which != connection) {
      return;
    }
    connection = null;
    listeners.forEach(Listener::down);
    if (!closing) {
      tell("RabbitMQ at " + uri + " is gone: " + Causes.words(cause));
      if (System.nanoTime() - upSince > config.backOff().longest().toNanos()) {
        pause.reset();
      }
      again();
    }
  }

  private void blocked(Connection which, boolean isBlocked, String reason) {
    if (which == connection) {
      String words = isBlocked ? "takes no messages: " + reason : "takes messages again";
      LOG.log(isBlocked ? Level.WARNING : Level.INFO, "RabbitMQ {0} ({1})", words, name);
      listeners.forEach(listener -> listener.blocked(isBlocked));
    }
  }

  /** The same trouble is told once. */
  private void tell(String trouble) {
    boolean known = trouble.equals(lastTrouble);
    lastTrouble = trouble;
    LOG.log(known ? Level.DEBUG : Level.WARNING, "{0} ({1})", trouble, name);
  }

  /** All URIs are tried before there is a pause. */
  private void again() {
    boolean round = tries % config.uri().size() == 0;
    vertx.setTimer(
        round ? pause.nextMillis() : 1,
        timer -> {
          if (!closing) {
            open();
          }
        });
  }

  /** Will do what may block, after what was given before; answers on the event loop. */
  <T> Future<T> work(Callable<T> task) {
    Promise<T> done = Promise.promise();
    try {
      worker.execute(
          () -> {
            try {
              T result = task.call();
              onLoop(() -> done.complete(result));
            } catch (Exception e) {
              onLoop(() -> done.fail(e));
            }
          });
    } catch (RejectedExecutionException e) {
      done.fail(e);
    }
    return done.future();
  }

  /** Where Vert.x has ended meanwhile, nobody is left to be told. */
  private void onLoop(Runnable task) {
    try {
      context.runOnContext(here -> task.run());
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "ended before an answer of RabbitMQ's ({0})", name);
    }
  }

  /** Will end the connection, and not open another. */
  Future<Void> close() {
    closing = true;
    Connection last = connection;
    Future<Void> ended = last == null ? Future.succeededFuture() : end(last);
    return ended.onComplete(
        closed -> {
          worker.shutdownNow();
          closer.shutdown();
        });
  }

  /** Not on the worker, which may hang in this very connection. */
  private Future<Void> end(Connection last) {
    return vertx.executeBlocking(
        () -> {
          last.abort(CLOSE_MILLIS);
          return null;
        },
        false);
  }
}
