package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A place for bytes on a channel of Netty's, where Vert.x's own handler was. Owned by the channel's
 * event loop.
 *
 * @param <M> what comes from the client
 */
abstract class ChannelTransport<M> extends ChannelInboundHandlerAdapter implements Transport {
  private static final System.Logger LOG = System.getLogger("io.busbar.protocol");
  private static final long CLOSE_GRACE_SECONDS = 5;

  private final ContextInternal vertxContext;
  private final Channel channel;
  private ChannelHandlerContext context;

  /** Where bytes enter the pipeline. */
  private ChannelHandlerContext out;

  private Receiver receiver;
  private Runnable writableHandler = () -> {};

  /** What came while nobody took it; null for nothing. */
  private ArrayDeque<M> held;

  private boolean paused;
  private boolean closing;
  private boolean gone;

  /**
   * @param paused whether what comes waits for the first {@link #resume}
   */
  ChannelTransport(ContextInternal vertxContext, Channel channel, boolean paused) {
    this.vertxContext = vertxContext;
    this.channel = channel;
    this.paused = paused;
  }

  /** Takes what the client said, and drops it when the goodbye is said. */
  abstract void take(M message);

  /** Lets go of what nobody will take. */
  void discard(M message) {}

  /** The connection is gone. */
  void ended() {}

  /** Says goodbye after what was written. */
  abstract void sayGoodbye(Disconnect why);

  /** A connection that is reset needs no words: its end follows. */
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

  /** Leaves out the handlers that come after this one, for bytes that are as they shall be. */
  final void writeFrom(ChannelHandlerContext earlier) {
    out = earlier;
  }

  final Receiver receiver() {
    return receiver;
  }

  final void setReceiver(Receiver newReceiver) {
    receiver = newReceiver;
  }

  /** Whether nothing more is written. */
  final boolean isClosing() {
    return closing;
  }

  /** Whether the channel has ended. */
  final boolean isGone() {
    return gone;
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext newContext) {
    context = newContext;
    out = newContext;
  }

  /** Has it taken, now or when reading goes on. */
  final void arrived(M message) {
    if (paused || held != null) {
      held = held == null ? new ArrayDeque<>() : held;
      held.add(message);
    } else {
      vertxContext.dispatch(message, this::take);
    }
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    if (gone) {
      return;
    }
    gone = true;
    closing = true;
    if (held != null) {
      held.forEach(this::discard);
      held = null;
    }
    ended();
    if (receiver != null) {
      vertxContext.dispatch(receiver, Receiver::closed);
    }
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (writable()) {
      writableHandler.run();
    }
  }

  @Override
  public final boolean writable() {
    return channel.isWritable() && !closing;
  }

  @Override
  public final void writableHandler(Runnable newHandler) {
    writableHandler = newHandler;
  }

  @Override
  public void write(ByteBuf framed) {
    if (closing) {
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
      beginToClose();
      sayGoodbye(why);
      // The client's own goodbye may be behind messages that nobody takes any more.
      resume();
    }
  }

  /** From now on nothing is written; a client that never answers a goodbye is cut off. */
  final void beginToClose() {
    closing = true;
    channel.eventLoop().schedule(() -> channel.close(), CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public final void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  @Override
  public final void resume() {
    if (!paused || gone) {
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
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }
}
