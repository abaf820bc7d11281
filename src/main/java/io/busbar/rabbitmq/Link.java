package io.busbar.rabbitmq;

import com.rabbitmq.client.Return;
import io.busbar.config.RabbitMqConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.rabbitmq.RabbitMQClient;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One route's way to RabbitMQ: a client with a connection and a channel of its own. When either of
 * them ends, both are opened anew after a pause; that is the only recovery there is. State is the
 * verticle's event loop's; what blocks runs in the order of a context that each connection has, so
 * that none waits for another, nor for a call that hangs in the one before.
 */
final class Link {
  /** The route. Hears on the event loop. */
  interface User {
    /** Will declare what the route needs and listen; after that the link is open. */
    Future<Void> prepare();

    void opened();

    /** Also when it was not open yet. */
    void closed();

    /** No queue took a message that is mandatory. */
    default void returned(Return back) {}

    /** RabbitMQ reads nothing of what is published, or does so again. */
    default void blocked(boolean isBlocked) {}
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");

  private final RabbitMqVerticle.Shared shared;
  private final RabbitMqConfig config;
  private final String route;
  private final User user;
  private final Route.Counters counters;

  /** The last connection's; null before the first, and when it is over. */
  private @Nullable LinkLife life;

  /** That of the last connection, or where none was yet the one that it will have. */
  private ContextInternal context;

  private final Route.Pause pause;
  private boolean open;
  private boolean reached;
  private boolean openedBefore;
  private boolean closing;
  private long openSince;
  private int tries;
  private @Nullable String connectionTrouble;
  private @Nullable String routeTrouble;

  Link(RabbitMqVerticle.Shared shared, String route, Route.Counters counters, User user) {
    this.shared = shared;
    this.config = shared.config();
    this.route = route;
    this.counters = counters;
    this.user = user;
    this.context = shared.newContext();
    this.pause = new Route.Pause(config.backOff());
  }

  boolean isOpen() {
    return open;
  }

  /** Whether RabbitMQ was there when it was last looked for. */
  boolean isReached() {
    return reached;
  }

  boolean hasChannel() {
    return life != null && life.hasChannel();
  }

  boolean isBlocked() {
    return life != null && life.isBlocked();
  }

  /** What keeps the connection from being there, one line; null when nothing is known. */
  @Nullable String connectionTrouble() {
    return connectionTrouble;
  }

  /** What RabbitMQ holds against the route, one line; null when nothing. */
  @Nullable String routeTrouble() {
    return routeTrouble;
  }

  /** Will connect in the background, and again whenever that ends. */
  void start() {
    if (closing) {
      return;
    }
    int next = tries++ % config.uri().size();
    context = shared.newContext();
    LinkLife fresh =
        new LinkLife(this, context, config.maskedUris().get(next), config.heartBeat().toMillis());
    life = fresh;
    context
        .executeBlocking(
            () -> LinkOptions.of(shared.vertx(), config, config.uri().get(next), route))
        .compose(options -> fresh.start(shared.vertx(), options))
        .onFailure(e -> ended(fresh, e));
  }

  /** There is a connection and a channel. */
  Future<Void> connected(LinkLife which) {
    if (which != life) {
      which.end();
      return Future.failedFuture("it is closing");
    }
    reached = true;
    connectionTrouble = null;
    shared.connected("connected to RabbitMQ at " + which.uri());
    Future<Void> prepared = user.prepare();
    return prepared.onSuccess(done -> opened(which)).onFailure(e -> ended(which, e));
  }

  private void opened(LinkLife which) {
    if (which != life) {
      return;
    }
    open = true;
    openSince = System.nanoTime();
    if (routeTrouble != null) {
      LOG.log(Level.INFO, "route {0} works again", route);
      routeTrouble = null;
    }
    counters.reconnects += openedBefore ? 1 : 0;
    openedBefore = true;
    user.opened();
  }

  /** The connection or the channel has ended, or cannot be had. */
  void ended(LinkLife which, Throwable cause) {
    if (which != life) {
      return;
    }
    boolean connectionIsThere = which.isConnected();
    String words = LinkLife.words(which.closeReason(cause));
    if (open && System.nanoTime() - openSince > config.backOff().longest().toNanos()) {
      pause.reset();
    }
    forget(which);
    if (closing) {
      return;
    }
    if (connectionIsThere) {
      tries--; // it is the route that RabbitMQ does not want
      tellOfRoute(words);
    } else {
      reached = false;
      String trouble = "RabbitMQ at " + which.uri() + ": " + words;
      connectionTrouble = trouble;
      shared.trouble(trouble);
    }
    boolean round = connectionIsThere || tries % config.uri().size() == 0;
    shared.vertx().setTimer(round ? pause.nextMillis() : 1, timer -> start());
  }

  private void forget(LinkLife last) {
    life = null;
    open = false;
    user.closed();
    last.end();
  }

  private void tellOfRoute(String trouble) {
    boolean known = trouble.equals(routeTrouble);
    routeTrouble = trouble;
    LOG.log(known ? Level.DEBUG : Level.WARNING, "route {0}: RabbitMQ says {1}", route, trouble);
  }

  /** Will open another connection at once, at the next URI; this one is of no more use. */
  void renew() {
    if (life != null && !closing) {
      forget(life);
      start();
    }
  }

  /** Will end the connection, so that it is opened anew. */
  void reopen(String reason) {
    if (life != null) {
      ended(life, new LinkLife.Trouble(reason));
    }
  }

  void returned(LinkLife which, Return back) {
    if (which == life) {
      user.returned(back);
    }
  }

  void blocked(LinkLife which, boolean isBlocked, String reason) {
    if (which == life) {
      shared.blocked(isBlocked, reason);
      user.blocked(isBlocked);
    }
  }

  /** Will ask the client, after what it was asked before; fails while there is no channel. */
  <T> Future<T> ask(Function<RabbitMQClient, Future<T>> question) {
    LinkLife asked = life;
    if (asked == null || !asked.hasChannel()) {
      return Future.failedFuture("there is no channel");
    }
    Promise<T> answer = Promise.promise();
    context.dispatch(() -> answered(asked, question, answer));
    return answer.future();
  }

  private static <T> void answered(
      LinkLife asked, Function<RabbitMQClient, Future<T>> question, Promise<T> answer) {
    try {
      question.apply(asked.client()).onComplete(answer);
    } catch (RuntimeException e) {
      answer.fail(e); // the channel has closed under it
    }
  }

  /** Will do what may block, not waiting for anything that was asked before. */
  <T> Future<T> work(Callable<T> task) {
    return context.executeBlocking(task, false);
  }

  /** Will use the channel as it is, not waiting for anything that was asked before. */
  Future<Void> use(LinkLife.Use use) {
    return life != null && life.hasChannel()
        ? life.use(use)
        : Future.failedFuture("there is no channel");
  }

  /** Will end the connection, and not open another. */
  Future<Void> stop() {
    closing = true;
    LinkLife last = life;
    if (last == null) {
      return Future.succeededFuture();
    }
    forget(last);
    return last.ended();
  }
}
