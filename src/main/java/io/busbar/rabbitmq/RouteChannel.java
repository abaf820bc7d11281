package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.busbar.config.RabbitMqConfig.BackOff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * One route's channel, open whenever it is wanted and its link is up; what RabbitMQ holds against
 * one route closes one channel. Belongs to the verticle's event loop.
 */
final class RouteChannel implements BrokerLink.Listener {
  /** The route. */
  interface User {
    /** Will declare and consume; on the link's worker. */
    void prepare(Channel channel) throws IOException;

    /** On the event loop, as {@link #closed}. */
    void opened(Channel channel);

    void closed();
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");

  private final Vertx vertx;
  private final BrokerLink link;
  private final String route;
  private final User user;
  private final RouteCounters counters;
  private final Pause pause;
  private Connection connection;
  private Channel channel;
  private boolean wanted;
  private boolean opening;
  private boolean openedBefore;
  private String trouble;

  RouteChannel(
      Vertx vertx,
      BrokerLink link,
      String route,
      BackOff backOff,
      RouteCounters counters,
      User user) {
    this.vertx = vertx;
    this.link = link;
    this.route = route;
    this.pause = new Pause(backOff);
    this.counters = counters;
    this.user = user;
    link.listen(this);
  }

  /** Null while it is closed. */
  Channel channel() {
    return channel;
  }

  /** What RabbitMQ holds against the route, one line; null when nothing. */
  String trouble() {
    return trouble;
  }

  void start() {
    wanted = true;
    open();
  }

  @Override
  public void up(Connection connection) {
    this.connection = connection;
    open();
  }

  @Override
  public void down() {
    connection = null;
    lost(channel);
  }

  private void open() {
    if (!wanted || connection == null || channel != null || opening) {
      return;
    }
    opening = true;
    Connection over = connection;
    link.work(() -> prepared(over))
        .onComplete(
            done -> {
              opening = false;
              if (done.succeeded()) {
                opened(over, done.result());
              } else {
                failed(over, done.cause());
              }
            });
  }

  private Channel prepared(Connection over) throws IOException {
    Channel opened = over.createChannel();
    if (opened == null) {
      throw new IOException("the connection has no channel left");
    }
    try {
      user.prepare(opened);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.abort();
      throw e;
    }
  }

  private void opened(Connection over, Channel opened) {
    if (over != connection || !wanted) {
      abort(opened);
      open();
      return;
    }
    channel = opened;
    if (trouble != null) {
      LOG.log(Level.INFO, "route {0} works again", route);
      trouble = null;
    }
    counters.reconnects += openedBefore ? 1 : 0;
    openedBefore = true;
    user.opened(opened);
    io.vertx.core.Context here = vertx.getOrCreateContext();
    opened.addShutdownListener(
        cause -> here.runOnContext(closed -> lostAlone(over, opened, cause)));
  }

  private void lostAlone(Connection over, Channel which, Throwable cause) {
    if (which == channel) {
      lost(which);
      if (over == connection && wanted && over.isOpen()) {
        failed(over, cause);
      }
    }
  }

  private void lost(Channel which) {
    if (which != null && which == channel) {
      channel = null;
      user.closed();
    }
  }

  private void failed(Connection over, Throwable cause) {
    if (over != connection || !over.isOpen()) {
      open();
      return; // the link tells, and comes back
    }
    String words = Causes.words(cause);
    LOG.log(
        words.equals(trouble) ? Level.DEBUG : Level.WARNING,
        "route {0}: RabbitMQ says {1}",
        route,
        words);
    trouble = words;
    vertx.setTimer(pause.nextMillis(), timer -> open());
  }

  /** Will close the channel and open none until it is started again. */
  Future<Void> stop() {
    wanted = false;
    Channel last = channel;
    lost(last);
    return last == null ? Future.succeededFuture() : abort(last);
  }

  /** Will close it, so that a new one is opened. */
  Future<Void> abort(Channel which) {
    return link.work(
        () -> {
          which.abort();
          return null;
        });
  }
}
