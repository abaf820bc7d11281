package io.busbar.net;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A refused connection. In plain HTTP it gets a 503, and is read for a moment. A close with an
 * unread request would reset it, and the client might lose the answer. The number of these is
 * limited; others are closed at once. Owned by the acceptor's event loop.
 */
final class RefusedConnection extends ChannelInboundHandlerAdapter {
  private static final int MOST = 128;
  private static final long MOMENT_MILLIS = 1_000;
  private static final String ANSWER =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Type: text/plain\r\n"
          + "Content-Length: 21\r\nConnection: close\r\n\r\ntoo many connections\n";
  private static final AtomicInteger THERE = new AtomicInteger();

  private RefusedConnection() {}

  /** Closes the channel, which is not registered yet, in plain HTTP after an answer. */
  static void show(EventLoop loop, Channel channel, boolean inHttp) {
    if (!inHttp || THERE.incrementAndGet() > MOST) {
      if (inHttp) {
        THERE.decrementAndGet();
      }
      channel.unsafe().closeForcibly();
      return;
    }
    channel.closeFuture().addListener(closed -> THERE.decrementAndGet());
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.pipeline().addLast(new RefusedConnection());
    loop.register(channel);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    context
        .writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), ANSWER))
        .addListener(written -> ((DuplexChannel) channel).shutdownOutput());
    context.executor().schedule(() -> channel.close(), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object request) {
    ReferenceCountUtil.release(request);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
