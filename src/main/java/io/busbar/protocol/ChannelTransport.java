package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A transport on a Netty channel, in the place of Vert.x's own handler. Owned by the channel's
 * event loop.
 *
 * @param <M> type of the client's messages
 */
abstract class ChannelTransport<M> extends ChannelInboundHandlerAdapter implements Transport {
  private static final System.Logger LOG = System.getLogger("io.busbar.protocol");
  private static final long CLOSE_GRACE_SECONDS = 5;

  /** The longest time in which messages of a client that has left are still taken. */
  private static final long HELD_GRACE_SECONDS = 30;

  /** Limit for the clients of this JVM that have left while their messages wait. */
  private static final int MOST_LEAVING = 500;

  private static final AtomicInteger LEAVING = new AtomicInteger();

  /** Before there is a receiver: what comes waits for it. */
  private static final Receiver NOBODY =
      new Receiver() {
        @Override
        public void text(String message) {}

        @Override
        public void binary(Buffer message) {}

        @Override
        public void closed() {}
      };

  private final ContextInternal vertxContext;
  private final Channel channel;
  private ChannelHandlerContext context;

  /** The place where bytes enter the pipeline. */
  private ChannelHandlerContext out;

  private Receiver receiver = NOBODY;
  private Runnable writableHandler = () -> {};

  /** Messages that came while reading was paused; null for none. */
  private @Nullable ArrayDeque<M> held;

  /** Why the client's side ends when earlier messages have been taken; null for none. */
  private @Nullable Disconnect failure;

  private boolean paused;
  private boolean ending;
  private boolean closing;
  private boolean halfClosed;
  private boolean disconnected;
  private boolean ended;

  /** Ends the wait for messages of a client that has left; null for none. */
  private @Nullable ScheduledFuture<?> heldTimer;

  /**
   * @param paused whether messages wait for the first {@link #resume}
   */
  ChannelTransport(ContextInternal vertxContext, Channel channel, boolean paused) {
    this.vertxContext = vertxContext;
    this.channel = channel;
    this.paused = paused;
  }

  /** Handles a message of the client, and drops it when the transport is closing. */
  abstract void take(M message);

  /** Releases a message that nobody will take. */
  void discard(M message) {}

  /** Releases everything held for the channel, which has ended. */
  void release() {}

  /** Closes the connection in the protocol's own way, after what was written. */
  abstract void writeClose(Disconnect why);

  /** Closes a failed connection; a reset is not logged. */
  final void giveUp(Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.log(System.Logger.Level.WARNING, "a connection failed", cause);
    }
    channel.close();
  }

  final Channel channel() {
    return channel;
  }

  final ChannelHandlerContext context() {
    return context;
  }

  /** Writes from that handler on, which skips the later handlers, for bytes in their final form. */
  final void writeFrom(ChannelHandlerContext earlier) {
    out = earlier;
  }

  final Receiver receiver() {
    return receiver;
  }

  final void setReceiver(Receiver newReceiver) {
    receiver = newReceiver;
  }

  /** Returns whether nothing more is written. */
  final boolean isClosing() {
    return closing;
  }

  /** Returns whether messages of the client do not count any more. */
  final boolean isEnding() {
    return ending;
  }

  /** Returns whether the channel has ended. */
  final boolean isDisconnected() {
    return disconnected;
  }

  /** Returns whether the channel has ended, and all its messages have been taken. */
  final boolean isEnded() {
    return ended;
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext newContext) {
    context = newContext;
    out = newContext;
  }

  /** Handles the message now, or when reading goes on. */
  final void arrived(M message) {
    if (paused || held != null) {
      held = held == null ? new ArrayDeque<>() : held;
      held.add(message);
    } else {
      vertxContext.dispatch(message, this::take);
    }
  }

  /** Handles a broken rule of the client, after all messages before it. */
  final void failed(Disconnect why) {
    if (paused || held != null) {
      failure = why;
      later(() -> close(why));
    } else {
      vertxContext.dispatch(why, this::endWhenAnswered);
    }
  }

  /** Closes at once; later messages of the client do not count. */
  final void endNow(Disconnect why) {
    ending = true;
    close(why);
  }

  /** Will close when the client's earlier messages have been answered, or after a time limit. */
  final void endWhenAnswered(Disconnect why) {
    if (ending || closing) {
      return;
    }
    ending = true;
    later(() -> close(why));
    receiver.whenAnswered(() -> close(why));
  }

  /**
   * Handles the end of the channel. A client may send messages and leave at once. If reading is
   * paused, they are taken first when it goes on, and then the receiver learns of the end.
   */
  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    if (disconnected) {
      return;
    }
    disconnected = true;
    if (held == null || closing || ending) {
      end();
    } else if (LEAVING.incrementAndGet() > MOST_LEAVING) {
      LEAVING.decrementAndGet();
      endWithRest();
    } else {
      heldTimer =
          channel.eventLoop().schedule(this::endWithRest, HELD_GRACE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void endWithRest() {
    LOG.log(
        System.Logger.Level.WARNING,
        "messages of a client that has left are lost: {0}",
        held == null ? 0 : held.size());
    end();
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    closing = true;
    if (heldTimer != null) {
      heldTimer.cancel(false);
      LEAVING.decrementAndGet();
    }
    if (held != null) {
      held.forEach(this::discard);
      held = null;
    }
    release();
    vertxContext.dispatch(receiver, Receiver::closed);
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (writable()) {
      writableHandler.run();
    }
  }

  /** A client that has left is writable: what is written is dropped. */
  @Override
  public final boolean writable() {
    return (disconnected || channel.isWritable()) && !closing;
  }

  @Override
  public final void writableHandler(Runnable newHandler) {
    writableHandler = newHandler;
  }

  @Override
  public void write(ByteBuf framed) {
    if (closing || disconnected) {
      framed.release();
    } else {
      out.write(framed, out.voidPromise());
    }
  }

  @Override
  public final void flush() {
    out.flush();
  }

  @Override
  public final void close(Disconnect why) {
    if (!closing) {
      ending |= failure != null;
      closing = true;
      // A client that does not answer the close is cut off.
      later(channel::close);
      writeClose(why);
      // The client's own close may be behind messages that nobody takes any more.
      resume();
    }
  }

  /** Runs the task later, unless the connection ends before. */
  private void later(Runnable task) {
    ScheduledFuture<?> waits =
        channel.eventLoop().schedule(task, CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener(closed -> waits.cancel(false));
  }

  /** Ends the gateway's direction of the connection, after what was written. */
  final void halfClose() {
    if (!halfClosed) {
      halfClosed = true;
      HalfClose.of(context);
    }
  }

  @Override
  public final void pause() {
    if (!closing) {
      paused = true;
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public final void resume() {
    if (!paused || ended) {
      return;
    }
    paused = false;
    while (held != null && !paused) {
      M next = held.poll();
      if (next == null) {
        held = null;
      } else {
        vertxContext.dispatch(next, this::take);
      }
    }
    if (failure != null && !paused) {
      vertxContext.dispatch(failure, this::endWhenAnswered);
    }
    if (paused) {
      return;
    }
    if (disconnected) {
      end();
    } else {
      channel.config().setAutoRead(true);
    }
  }
}
