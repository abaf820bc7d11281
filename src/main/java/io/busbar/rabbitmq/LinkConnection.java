package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.NoOpMetricsCollector;
import com.rabbitmq.client.ShutdownSignalException;
import io.busbar.config.OneLine;
import io.busbar.config.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a link with its one channel, from its start to its end. It hears of both as the
 * client's metrics collector. The client itself does not tell that one of them has ended, that
 * RabbitMQ blocks, or that a message came back. Owned by the event loop of its context; the
 * connection's threads post to it.
 */
final class LinkConnection extends NoOpMetricsCollector {
  /** A trouble that this class noticed itself, in words for people. */
  static final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    LinkException(String words) {
      super(words, null, false, false);
    }
  }

  /** A blocking task with a channel. */
  interface ChannelTask {
    void with(Channel channel) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
  private static final int CLOSE_MILLIS = 2_000;
  private static final int WATCH_MILLIS = 1_000;

  private final Link link;
  private final ContextInternal context;
  private final String uri;
  private final long hangNanos;
  private final long watch;
  private final Promise<Void> ended = Promise.promise();
  private @Nullable RabbitMQClient client;
  private boolean blocked;
  private boolean lost;

  /**
   * How many tasks use the channel. The time of the last begin or end follows, in System.nanoTime.
   */
  private int using;

  private long progress;

  private volatile boolean over;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Channel channel;

  /**
   * @param uri without its password
   * @param beatMillis the heart-beat interval: a connection that hangs for two of them is given up
   */
  LinkConnection(Link link, ContextInternal context, String uri, long beatMillis) {
    this.link = link;
    this.context = context;
    this.uri = uri;
    this.hangNanos = TimeUnit.MILLISECONDS.toNanos(2 * beatMillis + WATCH_MILLIS);
    this.watch = context.owner().setPeriodic(WATCH_MILLIS, timer -> watch());
  }

  /** Will connect. The link is told when it is connected. */
  Future<Void> start(Vertx vertx, RabbitMQOptions options) {
    RabbitMQClient made = RabbitMQClient.create(vertx, options.setMetricsCollector(this));
    client = made;
    made.addConnectionEstablishedCallback(
        prepared -> onLoop(() -> link.connected(this).onComplete(prepared)));
    return made.start();
  }

  @Override
  public void newConnection(Connection opened) {
    connection = opened;
    if (over) {
      opened.abort(CLOSE_MILLIS);
    }
    opened.addShutdownListener(cause -> onLoop(() -> link.ended(this, cause)));
    opened.addBlockedListener(
        reason -> onLoop(() -> blocked(true, reason)), () -> onLoop(() -> blocked(false, "")));
  }

  /**
   * The first channel is ours. The client opens another one if it is used after that has closed.
   */
  @Override
  public void newChannel(Channel opened) {
    if (channel == null) {
      channel = opened;
      opened.addReturnListener(back -> onLoop(() -> link.returned(this, back)));
      opened.addShutdownListener(cause -> onLoop(() -> link.ended(this, cause)));
    }
  }

  private void blocked(boolean isBlocked, String reason) {
    blocked = isBlocked;
    progress = System.nanoTime();
    link.blocked(this, isBlocked, reason);
  }

  /** Posts the task to the event loop. After the end of Vert.x it is dropped. */
  private void onLoop(Runnable task) {
    try {
      context.runOnContext(here -> task.run());
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "ended before an answer of RabbitMQ''s");
    }
  }

  String uri() {
    return uri;
  }

  /** The client, where there is a channel. */
  RabbitMQClient client() {
    return Objects.requireNonNull(client, "a channel is its client's");
  }

  boolean isBlocked() {
    return blocked;
  }

  boolean isConnected() {
    Connection now = connection;
    return !lost && now != null && now.isOpen();
  }

  boolean hasChannel() {
    Channel now = channel;
    return now != null && now.isOpen();
  }

  /** RabbitMQ's reason for closing the channel; otherwise the one that was noticed. */
  Throwable closeReason(Throwable noticed) {
    Channel last = channel;
    ShutdownSignalException said = last == null ? null : last.getCloseReason();
    return said == null ? noticed : said;
  }

  /**
   * Will use the channel. A task that hangs longer than the heart-beats allow ends the connection,
   * which would wait for the task by itself. While RabbitMQ blocks the connection, a task may hang.
   */
  Future<Void> use(ChannelTask use) {
    progress = using++ == 0 ? System.nanoTime() : progress;
    return context
        .<Void>executeBlocking(
            () -> {
              Channel now = channel;
              if (now == null) {
                throw new LinkException("there is no channel");
              }
              use.with(now);
              return null;
            },
            false)
        .onComplete(
            done -> {
              using--;
              progress = System.nanoTime();
            });
  }

  private void watch() {
    boolean late = System.nanoTime() - progress > hangNanos;
    if (using > 0 && late && !blocked) {
      lost = true;
      link.ended(this, new LinkException("the connection hangs"));
    }
  }

  /** Will close the connection. It may be connecting or hanging, so the wait is limited. */
  void end() {
    if (over) {
      return;
    }
    over = true;
    context.owner().cancelTimer(watch);
    Connection last = connection;
    if (last == null) {
      ended.complete();
      return;
    }
    context.owner().setTimer(2 * CLOSE_MILLIS, timer -> ended.tryComplete());
    context
        .executeBlocking(
            () -> {
              last.abort(CLOSE_MILLIS);
              return null;
            },
            false)
        .onComplete(closed -> ended.tryComplete());
  }

  Future<Void> ended() {
    return ended.future();
  }

  /** What went wrong, in one line for people. */
  static String words(Throwable thrown) {
    Throwable last = thrown;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationFailureException) {
        return "it refuses the user name or the password";
      }
      String reply =
          cause instanceof ShutdownSignalException signal ? reply(signal.getReason()) : null;
      if (reply != null) {
        return OneLine.of(reply);
      }
      last = cause;
    }
    if (last instanceof LinkException) {
      return Reason.of(last);
    }
    String kind = last.getClass().getSimpleName();
    return OneLine.of(last.getMessage() == null ? kind : kind + ": " + last.getMessage());
  }

  private static @Nullable String reply(Method reason) {
    if (reason instanceof AMQP.Connection.Close close) {
      return close.getReplyCode() + " " + close.getReplyText();
    }
    return reason instanceof AMQP.Channel.Close close
        ? close.getReplyCode() + " " + close.getReplyText()
        : null;
  }
}
