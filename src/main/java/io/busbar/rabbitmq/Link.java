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
 * The connection of one route to RabbitMQ: a client with its own connection and channel. When one
 * of them ends, both are opened again after a pause. There is no other recovery. Owned by the
 * verticle's event loop. Each connection has a context of its own, which orders its blocking calls.
 * So no connection waits for another one, or for a call that hangs in the one before.
 */
final class Link {
  /** The route that uses the link. Called on the event loop. */
  interface User {
    /** Will declare what the route needs and start to listen. After that the link is open. */
    Future<Void> prepare();

    void opened();

    /** Called also if the link was not open yet. */
    void closed();

    /** No queue accepted a mandatory message. */
    default void returned(Return back) {}

    /** RabbitMQ has stopped reading what is published, or reads again. */
    default void blocked(boolean isBlocked) {}
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");

  private final RabbitMqVerticle.Shared shared;
  private final RabbitMqConfig config;
  private final String route;
  private final User user;
  private final Route.Counters counters;

  /** The last connection's; null before the first, and when it is over. */
  private @Nullable LinkConnection life;

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

  /** Whether RabbitMQ was reached at the last attempt. */
  boolean isReached() {
    return reached;
  }

  boolean hasChannel() {
    return life != null && life.hasChannel();
  }

  boolean isBlocked() {
    return life != null && life.isBlocked();
  }

  /** Why there is no connection, in one line; null if nothing is known. */
  @Nullable String connectionTrouble() {
    return connectionTrouble;
  }

  /** Why RabbitMQ does not accept the route, in one line; null for no trouble. */
  @Nullable String routeTrouble() {
    return routeTrouble;
  }

  /** Will connect in the background, and again whenever the connection ends. */
  void start() {
    if (closing) {
      return;
    }
    int next = tries++ % config.uri().size();
    context = shared.newContext();
    LinkConnection fresh =
        new LinkConnection(
            this, context, config.maskedUris().get(next), config.heartBeat().toMillis());
    life = fresh;
    context
        .executeBlocking(
            () -> LinkOptions.of(shared.vertx(), config, config.uri().get(next), route))
        .compose(options -> fresh.start(shared.vertx(), options))
        .onFailure(e -> ended(fresh, e));
  }

  /** The connection and its channel are open. */
  Future<Void> connected(LinkConnection which) {
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

  private void opened(LinkConnection which) {
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

  /** The connection or the channel has ended, or could not be opened. */
  void ended(LinkConnection which, Throwable cause) {
    if (which != life) {
      return;
    }
    boolean connectionIsThere = which.isConnected();
    String words = LinkConnection.words(which.closeReason(cause));
    if (open && System.nanoTime() - openSince > config.backOff().longest().toNanos()) {
      pause.reset();
    }
    forget(which);
    if (closing) {
      return;
    }
    if (connectionIsThere) {
      tries--; // RabbitMQ refuses the route, not the connection
      notifyRoute(words);
    } else {
      reached = false;
      String trouble = "RabbitMQ at " + which.uri() + ": " + words;
      connectionTrouble = trouble;
      shared.trouble(trouble);
    }
    boolean round = connectionIsThere || tries % config.uri().size() == 0;
    shared.vertx().setTimer(round ? pause.nextMillis() : 1, timer -> start());
  }

  private void forget(LinkConnection last) {
    life = null;
    open = false;
    user.closed();
    last.end();
  }

  private void notifyRoute(String trouble) {
    boolean known = trouble.equals(routeTrouble);
    routeTrouble = trouble;
    LOG.log(known ? Level.DEBUG : Level.WARNING, "route {0}: RabbitMQ says {1}", route, trouble);
  }

  /** Will drop this connection and open another one at once, at the next URI. */
  void renew() {
    if (life != null && !closing) {
      forget(life);
      start();
    }
  }

  /** Will end the connection, so that it is opened again. */
  void reopen(String reason) {
    if (life != null) {
      ended(life, new LinkConnection.LinkException(reason));
    }
  }

  void returned(LinkConnection which, Return back) {
    if (which == life) {
      user.returned(back);
    }
  }

  void blocked(LinkConnection which, boolean isBlocked, String reason) {
    if (which == life) {
      shared.blocked(isBlocked, reason);
      user.blocked(isBlocked);
    }
  }

  /** Will call the client, after earlier calls. Fails if there is no channel. */
  <T> Future<T> ask(Function<RabbitMQClient, Future<T>> question) {
    LinkConnection asked = life;
    if (asked == null || !asked.hasChannel()) {
      return Future.failedFuture("there is no channel");
    }
    Promise<T> answer = Promise.promise();
    context.dispatch(() -> answered(asked, question, answer));
    return answer.future();
  }

  private static <T> void answered(
      LinkConnection asked, Function<RabbitMQClient, Future<T>> question, Promise<T> answer) {
    try {
      question.apply(asked.client()).onComplete(answer);
    } catch (RuntimeException e) {
      answer.fail(e); // the channel has just closed
    }
  }

  /** Will do a blocking task, without waiting for earlier calls. */
  <T> Future<T> work(Callable<T> task) {
    return context.executeBlocking(task, false);
  }

  /** Will use the channel directly, without waiting for earlier calls. */
  Future<Void> use(LinkConnection.ChannelTask use) {
    return life != null && life.hasChannel()
        ? life.use(use)
        : Future.failedFuture("there is no channel");
  }

  /** Will end the connection and not open another one. */
  Future<Void> stop() {
    closing = true;
    LinkConnection last = life;
    if (last == null) {
      return Future.succeededFuture();
    }
    forget(last);
    return last.ended();
  }
}
