package io.busbar.rabbitmq;

import com.rabbitmq.client.Return;
import io.busbar.config.RabbitMqRoute;
import io.busbar.rabbitmq.Outgoing.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.rabbitmq.RabbitMQConfirmation;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages in order, with confirms, on a link of its own. Owned by the verticle's event
 * loop.
 */
final class Publisher implements Link.User {
  private static final System.Logger LOG = System.getLogger("io.busbar.rabbitmq");
  private static final long SWEEP_MILLIS = 100;

  /**
   * The longest time without a confirm. After that, unconfirmed messages go out again, because a
   * quorum queue may lose them when its leader changes.
   */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Vertx vertx;
  private final Link link;
  private final Function<Link, Future<?>> declare;
  private final RabbitMqRoute route;
  private final OutgoingBuffer buffer;
  private final Route.Pause patience;
  private final long sweeper;
  private @Nullable Promise<Void> drained;
  private long opening;
  private boolean writing;

  /** When the last confirm came, or the wait for one began. */
  private long progress;

  /** Until when RabbitMQ may refuse everything; null if it refuses nothing. */
  private @Nullable Long refusalsEnd;

  private @Nullable String loggedReason;

  /**
   * @param declare makes what the route needs, before the first message
   */
  Publisher(
      RabbitMqVerticle.Shared shared,
      RabbitMqRoute route,
      Route.Counters counters,
      Function<Link, Future<?>> declare) {
    this.vertx = shared.vertx();
    this.route = route;
    this.declare = declare;
    this.buffer = new OutgoingBuffer(route, counters);
    this.link = new Link(shared, route.name(), counters, this);
    this.patience = new Route.Pause(shared.config().backOff());
    this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
  }

  void start() {
    link.start();
  }

  Link link() {
    return link;
  }

  /** The number of messages that RabbitMQ has not confirmed. */
  int size() {
    return buffer.size();
  }

  @Override
  public Future<Void> prepare() {
    long now = ++opening;
    // Each confirm frame is for at least one message of the window. Above its bound, the client
    // would drop confirms.
    int most = 2 * route.window();
    return declare
        .apply(link)
        .compose(declared -> link.ask(client -> client.addConfirmListener(most)))
        .map(
            confirms -> {
              confirms.handler(confirm -> confirmed(now, confirm));
              return null;
            });
  }

  @Override
  public void opened() {
    progress = System.nanoTime();
    pump();
  }

  @Override
  public void closed() {
    opening++;
    writing = false;
    refusalsEnd = null;
    buffer.closed();
  }

  /** Written messages may still be confirmed. The others cannot be written now. */
  @Override
  public void blocked(boolean isBlocked) {
    if (isBlocked) {
      buffer.giveBackWaiting(Refusal.BLOCKED);
    }
    progress = System.nanoTime();
    pump();
  }

  /** Will complete when RabbitMQ has confirmed the message. Fails with a RefusedException. */
  Future<Void> publish(Outgoing message) {
    Refusal refusal = refusal(message);
    if (refusal != null) {
      message.refuse(refusal);
    } else {
      buffer.add(message);
      pump();
    }
    return message.promise.future();
  }

  private @Nullable Refusal refusal(Outgoing message) {
    if (drained != null) {
      return Refusal.CLOSING;
    }
    if (message.kept && (!link.isOpen() || link.isBlocked())) {
      return link.isOpen() ? Refusal.BLOCKED : Refusal.NOT_THERE;
    }
    return buffer.hasRoom(message) ? null : Refusal.FULL;
  }

  private void pump() {
    if (!link.isOpen() || link.isBlocked() || writing) {
      return;
    }
    progress = buffer.isConfirmed() ? System.nanoTime() : progress;
    List<Outgoing> batch = buffer.next();
    if (!batch.isEmpty()) {
      long now = opening;
      writing = true;
      link.use(channel -> Outgoing.write(batch, channel))
          .onComplete(
              written -> {
                if (now == opening) {
                  writing = false;
                  pump();
                }
              });
    }
  }

  @Override
  public void returned(Return back) {
    buffer.returned(String.valueOf(back.getProperties().getMessageId()));
  }

  private void confirmed(long of, RabbitMQConfirmation confirm) {
    if (of != opening) {
      return;
    }
    progress = System.nanoTime();
    noteRefusal(!confirm.isSucceeded());
    buffer.confirmed(confirm);
    if (!confirm.isSucceeded()) {
      buffer.giveBackWaiting(Refusal.NACKED);
    }
    if (buffer.hasHomeless()) {
      link.reopen("queue " + route.routingKey() + " was deleted");
    }
    pump();
    notifyDrained();
  }

  /**
   * Gives the channel a time in which it may refuse everything. RabbitMQ 3.10 refuses a channel for
   * ever if it first published while a quorum queue's leader was dead. A full queue refuses, too.
   */
  private void noteRefusal(boolean refused) {
    if (!refused) {
      loggedReason = null;
      refusalsEnd = null;
      patience.reset();
    } else if (refusalsEnd == null) {
      refusalsEnd = progress + TimeUnit.MILLISECONDS.toNanos(patience.nextMillis());
    }
  }

  private void sweep() {
    buffer.sweep();
    if (link.isOpen() && !link.isBlocked()) {
      long now = System.nanoTime();
      if (refusalsEnd != null && now - refusalsEnd > 0) {
        renew("RabbitMQ refuses what is published");
      } else if (!buffer.isConfirmed() && now - progress > SILENCE_NANOS) {
        renew("RabbitMQ confirms nothing");
      }
    }
    notifyDrained();
  }

  private void renew(String why) {
    Level level = why.equals(loggedReason) ? Level.DEBUG : Level.WARNING;
    loggedReason = why;
    LOG.log(level, "route {0} opens another connection: {1}", route.name(), why);
    link.renew();
  }

  private void notifyDrained() {
    if (drained != null && size() == 0) {
      drained.tryComplete();
    }
  }

  /**
   * Will accept no more messages, wait for the open confirms, and then fail what is left.
   *
   * @param millis the longest wait, in milliseconds
   */
  Future<Void> drain(long millis) {
    Promise<Void> empty = Promise.promise();
    drained = empty;
    vertx.setTimer(millis, timer -> empty.tryComplete());
    notifyDrained();
    return empty
        .future()
        .compose(
            done -> {
              vertx.cancelTimer(sweeper);
              buffer.end();
              return link.stop();
            });
  }
}
