package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A TCP connection as a place for bytes. As {@link WebSocketTransport} does, it takes the place of
 * Vert.x's own handler on the channel, which keeps 5 KiB for each socket. Owned by the channel's
 * event loop.
 */
public final class TcpTransport extends ChannelInboundHandlerAdapter implements Transport {
  private static final long CLOSE_GRACE_SECONDS = 5;

  private final ContextInternal vertxContext;
  private final String remoteAddress;
  private final Channel channel;
  private ChannelHandlerContext context;
  private Receiver receiver;
  private Runnable writableHandler = () -> {};
  private ArrayDeque<Buffer> held;
  private boolean paused;
  private boolean closing;
  private boolean gone;

  /** Takes the socket over: nothing comes by its own methods any more. */
  public TcpTransport(NetSocket socket) {
    this.vertxContext = ((ConnectionBase) socket).context().unwrap();
    this.remoteAddress = socket.remoteAddress() == null ? "" : socket.remoteAddress().hostAddress();
    this.channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  /** Will hand all that the client sends to the receiver, as binary messages cut anywhere. */
  public void receiver(Receiver newReceiver) {
    receiver = newReceiver;
    channel.pipeline().replace(VertxHandler.class, "busbar", this);
    if (!channel.isActive()) {
      channelInactive(context);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext newContext) {
    context = newContext;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf bytes && !closing) {
        Buffer copy = Buffer.buffer(ByteBufUtil.getBytes(bytes));
        if (paused || held != null) {
          held = held == null ? new ArrayDeque<>() : held;
          held.add(copy);
        } else {
          vertxContext.dispatch(copy, receiver::binary);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** A connection that is reset needs no words: its end follows. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (gone) {
      return;
    }
    gone = true;
    closing = true;
    held = null;
    vertxContext.dispatch(receiver, Receiver::closed);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (writable()) {
      writableHandler.run();
    }
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Framing framing() {
    return StreamFraming.INSTANCE;
  }

  @Override
  public boolean writable() {
    return channel.isWritable() && !closing;
  }

  @Override
  public void writableHandler(Runnable handler) {
    writableHandler = handler;
  }

  @Override
  public void write(ByteBuf framed) {
    if (closing) {
      framed.release();
    } else {
      context.write(framed, context.voidPromise());
    }
  }

  @Override
  public void flush() {
    context.flush();
  }

  /**
   * Half-closes after what was written, and goes on reading until the client closes, too, or the
   * grace is over: a socket that is closed with unread bytes takes back what it sent last.
   */
  @Override
  public void close(Disconnect why) {
    if (closing) {
      return;
    }
    closing = true;
    resume();
    goodbye()
        .addListener(
            written -> {
              if (written.isSuccess() && channel instanceof DuplexChannel) {
                ((DuplexChannel) channel).shutdownOutput();
              } else {
                channel.close();
              }
            });
    channel.eventLoop().schedule(this::cut, CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
  }

  /** What comes after the last bytes: over TLS a word that nobody cut them short. */
  private ChannelFuture goodbye() {
    context.flush();
    SslHandler tls = context.pipeline().get(SslHandler.class);
    return tls == null ? context.writeAndFlush(channel.alloc().buffer(0, 0)) : tls.closeOutbound();
  }

  private void cut() {
    channel.close();
  }

  @Override
  public void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    if (!paused || gone) {
      return;
    }
    paused = false;
    while (held != null && !paused) {
      Buffer next = held.poll();
      if (next == null) {
        held = null;
      } else if (!closing) {
        vertxContext.dispatch(next, receiver::binary);
      }
    }
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void tick(long nowMillis) {}
}
