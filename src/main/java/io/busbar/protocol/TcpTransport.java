package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.VertxHandler;
import java.util.concurrent.TimeUnit;

/**
 * A TCP connection as a place for bytes. As {@link WebSocketTransport} does, it writes to the
 * socket's channel past Vert.x, and only while that is writable. Owned by the socket's loop.
 */
public final class TcpTransport implements Transport {
  private static final long CLOSE_GRACE_SECONDS = 5;

  private final NetSocket socket;
  private final Channel channel;
  private final ChannelHandlerContext context;
  private Runnable writableHandler = () -> {};
  private boolean closing;

  public TcpTransport(NetSocket socket) {
    this.socket = socket;
    this.channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    this.context = channel.pipeline().context(VertxHandler.class);
    context
        .pipeline()
        .addBefore(
            context.name(),
            "busbar-writable",
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                ctx.fireChannelWritabilityChanged();
                if (writable()) {
                  writableHandler.run();
                }
              }
            });
  }

  /** Will hand all that the client sends to the receiver, as binary messages cut anywhere. */
  public void receiver(Receiver receiver) {
    socket.handler(
        bytes -> {
          if (!closing) {
            receiver.binary(bytes);
          }
        });
    // A connection that is reset needs no words: the close handler follows.
    socket.exceptionHandler(failure -> {});
    socket.closeHandler(
        closed -> {
          closing = true;
          receiver.closed();
        });
  }

  @Override
  public String remoteAddress() {
    return socket.remoteAddress() == null ? "" : socket.remoteAddress().hostAddress();
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
    socket.resume();
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
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void tick(long nowMillis) {}
}
