package io.busbar.hub;

import io.busbar.config.LimitsConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sessions of this node, by their event loop. Any thread may use it. */
final class Sessions {
  private static final System.Logger LOG = System.getLogger("io.busbar.hub");
  private static final long TICK_MILLIS = 1_000;

  private final List<Loop> loops = new ArrayList<>();
  private final Counters counters;
  private volatile @Nullable Disconnect leaving;

  Sessions(VertxInternal vertx, LimitsConfig limits, Counters counters) {
    this.counters = counters;
    List<EventExecutor> executors = new ArrayList<>();
    vertx.nettyEventLoopGroup().forEach(executors::add);
    for (EventExecutor executor : executors) {
      ContextInternal context = vertx.contextBuilder().withEventLoop((EventLoop) executor).build();
      long share = limits.outboxTotal().bytes() / executors.size();
      loops.add(new Loop(loops.size(), context, share));
    }
    for (Loop loop : loops) {
      loop.eventLoop()
          .scheduleWithFixedDelay(
              () -> tick(loop), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  List<Loop> loops() {
    return loops;
  }

  /** Returns the loop of the calling thread. */
  Loop currentLoop() {
    for (Loop loop : loops) {
      if (loop.eventLoop().inEventLoop()) {
        return loop;
      }
    }
    throw new IllegalStateException("a session joins from its transport's event loop");
  }

  /** Adds a session. Called on its event loop. */
  void add(Session session) {
    session.transport().writableHandler(session.outbox()::drain);
    session.loop().sessions().add(session);
    session.joined(counters.of(session.protocol()));
    LOG.log(Level.DEBUG, "{0} has joined", session);
    Disconnect reason = leaving;
    if (reason != null) {
      session.loop().eventLoop().execute(() -> session.close(reason));
    }
  }

  /** Removes a session. Called on its event loop. */
  void remove(Session session) {
    session.loop().sessions().remove(session);
    session.traffic().sessions(-1);
    LOG.log(Level.DEBUG, "{0} has left", session);
  }

  /** Closes all sessions; later ones are closed at once. */
  Future<Void> close(Disconnect why, Duration spread) {
    leaving = why;
    List<Future<Void>> closed = new ArrayList<>();
    for (Loop loop : loops) {
      Promise<Void> promise = Promise.promise();
      loop.eventLoop().execute(() -> new ShutdownNotice(loop, why, spread, promise).start());
      closed.add(promise.future());
    }
    return Future.all(closed).mapEmpty();
  }

  /** Will run the action with every session, on the event loop of each. */
  void everybody(Consumer<Session> action) {
    for (Loop loop : loops) {
      loop.eventLoop().execute(() -> List.copyOf(loop.sessions()).forEach(action));
    }
  }

  private static void tick(Loop loop) {
    long now = System.currentTimeMillis();
    for (Session session : List.copyOf(loop.sessions())) {
      session.tick(now);
    }
  }
}
